import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../http/access.decorators.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { Message } from '../http/envelope.js';
import { ApiEnvelope, ApiFaults, BODY_FAULTS } from '../http/openapi.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { languageOf } from '../i18n/request-language.js';
import { LIFE_SECONDS } from '../one-time-tokens/one-time-tokens.service.js';
import { AddressDto, LinkDto, LinkOnItsWay, VerifiedEmail } from './email-verification.dto.js';
import { EmailVerificationService } from './email-verification.service.js';

@ApiTags('Email')
@Controller('api/verify-email')
@Public()
export class EmailVerificationController {
  constructor(private readonly verification: EmailVerificationService) {}

  @Post()
  @ApiOperation({ summary: 'Shows, by the link in a mail, that the address is yours.' })
  @HttpCode(200)
  @RateLimit('link')
  @Message('Email address verified')
  @ApiBody({ type: LinkDto })
  @ApiEnvelope(200, VerifiedEmail, 'The address is verified')
  @ApiFaults('validation_failed', 'invalid_link', ...BODY_FAULTS, 'too_many_requests')
  verify(@Body(new DtoPipe(LinkDto)) { token }: LinkDto, @Req() request: FastifyRequest): Promise<VerifiedEmail> {
    return this.verification.verify(token, originOf(request));
  }

  @Post('resend')
  @ApiOperation({
    summary: 'Mails the link once more.',
    description:
      'The answer says nothing of whether there is such an account. An address gets at most 5 of these mails an ' +
      'hour; without a mail server nothing is sent.',
  })
  @HttpCode(200)
  @RateLimit('mail')
  @Message('If the address waits to be verified, a new link is on its way')
  @ApiBody({ type: AddressDto })
  @ApiEnvelope(200, LinkOnItsWay, 'The same for every address')
  @ApiFaults('validation_failed', ...BODY_FAULTS, 'too_many_requests')
  async resend(
    @Body(new DtoPipe(AddressDto)) { email }: AddressDto,
    @Req() request: FastifyRequest,
  ): Promise<LinkOnItsWay> {
    await this.verification.resend(email, languageOf(request));
    return { expires_in: LIFE_SECONDS.verify_email };
  }
}
