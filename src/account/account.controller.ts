import { Body, Controller, Delete, Get, Header, Patch, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RefusedByOriginal } from '../http/access.decorators.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { Message } from '../http/envelope.js';
import { ApiEnvelope, ApiFaults, BODY_FAULTS, TOKEN_FAULTS } from '../http/openapi.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { languageOf } from '../i18n/request-language.js';
import { CurrentSession } from '../sessions/current-session.decorator.js';
import type { SignedIn } from '../sessions/sessions.service.js';
import { toUserInfo, UserInfoData } from '../users/users.dto.js';
import { AccountExport } from './account-export.dto.js';
import { AccountData, DeleteAccountDto, toAccountData, UpdateAccountDto } from './account.dto.js';
import { AccountService } from './account.service.js';

/** Of the routes that answer 405 to who sends no token. */
const NEW_METHOD_FAULTS = ['invalid_token', 'user_not_found', 'method_not_allowed'] as const;

@ApiTags('Account')
@ApiBearerAuth()
@Controller('api/user-info')
export class AccountController {
  constructor(private readonly account: AccountService) {}

  @Patch()
  @RefusedByOriginal()
  @ApiOperation({ summary: 'Changes your name or language; what is left out stays.' })
  @RateLimit('profile')
  @Message('Account updated')
  @ApiBody({ type: UpdateAccountDto })
  @ApiEnvelope(200, AccountData, 'The account as it is now')
  @ApiFaults('validation_failed', 'nothing_to_change', ...BODY_FAULTS, ...NEW_METHOD_FAULTS, 'too_many_requests')
  async update(
    @CurrentSession() { id }: SignedIn,
    @Body(new DtoPipe(UpdateAccountDto)) changes: UpdateAccountDto,
    @Req() request: FastifyRequest,
  ): Promise<AccountData> {
    return toAccountData(await this.account.update(id, changes, originOf(request)));
  }

  @Delete()
  @RefusedByOriginal()
  @ApiOperation({
    summary: 'Deletes your account, with everything personal in it.',
    description: 'Every session is over. A mail tells of it. It cannot be undone.',
  })
  @RateLimit('password')
  @Message('Account deleted')
  @ApiBody({ type: DeleteAccountDto })
  @ApiEnvelope(200, UserInfoData, 'Who has left')
  @ApiFaults('validation_failed', ...BODY_FAULTS, 'wrong_password', ...NEW_METHOD_FAULTS, 'too_many_requests')
  async delete(
    @CurrentSession() who: SignedIn,
    @Body(new DtoPipe(DeleteAccountDto)) { password }: DeleteAccountDto,
    @Req() request: FastifyRequest,
  ): Promise<UserInfoData> {
    const user = await this.account.delete(who, password, languageOf(request), originOf(request));
    return { user: toUserInfo(user) };
  }

  @Get('export')
  @ApiOperation({
    summary: 'Exports everything that is kept of you, as a file.',
    description: 'The account, its sessions and its security events. No hash of a password or token is among them.',
  })
  @RateLimit('export')
  @Header('content-disposition', 'attachment; filename="kunci-account.json"')
  @Message('Account data exported')
  @ApiEnvelope(200, AccountExport, 'The export')
  @ApiFaults(...TOKEN_FAULTS, 'too_many_requests')
  export(@CurrentSession() { id }: SignedIn, @Req() request: FastifyRequest): Promise<AccountExport> {
    return this.account.export(id, originOf(request));
  }
}
