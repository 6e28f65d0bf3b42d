import { Body, Controller, HttpCode, Post, Put, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AddressDto, ResetLinkOnItsWay } from '../email-verification/email-verification.dto.js';
import { Public } from '../http/access.decorators.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { Message } from '../http/envelope.js';
import { ApiEnvelope, ApiFaults, BODY_FAULTS, TOKEN_FAULTS } from '../http/openapi.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { languageOf } from '../i18n/request-language.js';
import { LIFE_SECONDS } from '../one-time-tokens/one-time-tokens.service.js';
import { CurrentSession } from '../sessions/current-session.decorator.js';
import { EndedSessions } from '../sessions/sessions.dto.js';
import type { SignedIn } from '../sessions/sessions.service.js';
import { ChangePasswordDto, ResetPasswordDto } from './account.dto.js';
import { PasswordChangeService } from './password-change.service.js';
import { PasswordResetService } from './password-reset.service.js';

@ApiTags('Password')
@Controller('api')
export class PasswordController {
  constructor(
    private readonly resets: PasswordResetService,
    private readonly changes: PasswordChangeService,
  ) {}

  @Post('forgot-password')
  @ApiOperation({
    summary: 'Mails a link to choose a new password.',
    description:
      'The answer says nothing of whether there is such an account. An address gets at most 5 of these mails in half an ' +
      'hour, the life of their links; without a mail server nothing is sent.',
  })
  @HttpCode(200)
  @Public()
  @RateLimit('mail')
  @Message('If the address has an account, a link is on its way')
  @ApiBody({ type: AddressDto })
  @ApiEnvelope(200, ResetLinkOnItsWay, 'The same for every address')
  @ApiFaults('validation_failed', ...BODY_FAULTS, 'too_many_requests')
  async forgot(
    @Body(new DtoPipe(AddressDto)) { email }: AddressDto,
    @Req() request: FastifyRequest,
  ): Promise<ResetLinkOnItsWay> {
    await this.resets.request(email, languageOf(request), originOf(request));
    return { expires_in: LIFE_SECONDS.reset_password };
  }

  @Post('reset-password')
  @ApiOperation({
    summary: 'Chooses a new password by the link in a mail.',
    description:
      'A password that is refused leaves the link good. Afterwards it is used up, as are all others, every session is ' +
      'over, and the address counts as verified. Works also while the account is closed because somebody guessed.',
  })
  @HttpCode(200)
  @Public()
  @RateLimit('link')
  @Message('Password changed')
  @ApiBody({ type: ResetPasswordDto })
  @ApiEnvelope(200, EndedSessions, 'The new password holds')
  @ApiFaults('validation_failed', 'invalid_link', ...BODY_FAULTS, 'too_many_requests')
  async reset(
    @Body(new DtoPipe(ResetPasswordDto)) { token, password }: ResetPasswordDto,
    @Req() request: FastifyRequest,
  ): Promise<EndedSessions> {
    return { ended: await this.resets.reset(token, password, languageOf(request), originOf(request)) };
  }

  @Put('password')
  @ApiOperation({ summary: 'Changes your password; all your other sessions end.' })
  @ApiBearerAuth()
  @RateLimit('password')
  @Message('Password changed')
  @ApiBody({ type: ChangePasswordDto })
  @ApiEnvelope(200, EndedSessions, 'The new password holds, and so does this session')
  @ApiFaults('validation_failed', ...BODY_FAULTS, 'wrong_password', ...TOKEN_FAULTS, 'too_many_requests')
  async change(
    @CurrentSession() who: SignedIn,
    @Body(new DtoPipe(ChangePasswordDto)) { current_password, new_password }: ChangePasswordDto,
    @Req() request: FastifyRequest,
  ): Promise<EndedSessions> {
    const origin = originOf(request);
    return { ended: await this.changes.change(who, current_password, new_password, languageOf(request), origin) };
  }
}
