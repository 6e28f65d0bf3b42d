import { Body, Controller, HttpCode, Post, Put, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { LinkDto, LinkOnItsWay, VerifiedEmail } from '../email-verification/email-verification.dto.js';
import { Public } from '../http/access.decorators.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { Message } from '../http/envelope.js';
import { ApiEnvelope, ApiFaults, BODY_FAULTS, TOKEN_FAULTS } from '../http/openapi.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { languageOf } from '../i18n/request-language.js';
import { LIFE_SECONDS } from '../one-time-tokens/one-time-tokens.service.js';
import { CurrentSession } from '../sessions/current-session.decorator.js';
import type { SignedIn } from '../sessions/sessions.service.js';
import { ChangeEmailDto } from './account.dto.js';
import { EmailChangeService } from './email-change.service.js';

@ApiTags('Email')
@Controller('api/email')
export class EmailController {
  constructor(private readonly changes: EmailChangeService) {}

  @Put()
  @ApiOperation({
    summary: 'Mails a link to a new address of yours.',
    description:
      'Nothing changes until the link is used. The answer says nothing of whether somebody has the address. An address ' +
      'gets at most 5 of these mails an hour.',
  })
  @ApiBearerAuth()
  @RateLimit('mail')
  @Message('A link is on its way to the new address')
  @ApiBody({ type: ChangeEmailDto })
  @ApiEnvelope(200, LinkOnItsWay, 'The same for every address')
  @ApiFaults('validation_failed', ...BODY_FAULTS, 'wrong_password', ...TOKEN_FAULTS, 'too_many_requests')
  async request(
    @CurrentSession() who: SignedIn,
    @Body(new DtoPipe(ChangeEmailDto)) body: ChangeEmailDto,
    @Req() request: FastifyRequest,
  ): Promise<LinkOnItsWay> {
    await this.changes.request(who, body, languageOf(request), originOf(request));
    return { expires_in: LIFE_SECONDS.change_email };
  }

  @Post('confirm')
  @ApiOperation({
    summary: 'Makes the address that got the link the one of the account.',
    description: 'Sessions go on. The address before gets a mail with a link that takes the change back for 7 days.',
  })
  @HttpCode(200)
  @Public()
  @RateLimit('link')
  @Message('Email address changed')
  @ApiBody({ type: LinkDto })
  @ApiEnvelope(200, VerifiedEmail, 'The new address')
  @ApiFaults('validation_failed', 'invalid_link', 'email_taken', ...BODY_FAULTS, 'too_many_requests')
  confirm(@Body(new DtoPipe(LinkDto)) { token }: LinkDto, @Req() request: FastifyRequest): Promise<VerifiedEmail> {
    return this.changes.confirm(token, languageOf(request), originOf(request));
  }

  @Post('undo')
  @ApiOperation({
    summary: 'Gives the account its address before back.',
    description:
      'Every session is over and the password opens nothing any more: a mail to the address brings the link to choose a ' +
      'new one.',
  })
  @HttpCode(200)
  @Public()
  @RateLimit('link')
  @Message('Email address restored')
  @ApiBody({ type: LinkDto })
  @ApiEnvelope(200, VerifiedEmail, 'The address before')
  @ApiFaults('validation_failed', 'invalid_link', 'email_taken', ...BODY_FAULTS, 'too_many_requests')
  undo(@Body(new DtoPipe(LinkDto)) { token }: LinkDto, @Req() request: FastifyRequest): Promise<VerifiedEmail> {
    return this.changes.undo(token, languageOf(request), originOf(request));
  }
}
