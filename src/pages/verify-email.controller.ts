import { Body, Controller, Get, Post, Query, Render, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AddressDto, LinkDto } from '../email-verification/email-verification.dto.js';
import { EmailVerificationService } from '../email-verification/email-verification.service.js';
import { Public, WithoutDatabase } from '../http/access.decorators.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { languageOf } from '../i18n/request-language.js';
import { RESEND_PAGE } from './forms.js';
import { LinkPages, VERIFY_PAGE } from './link-pages.js';
import { PageErrorFilter } from './page-error.filter.js';
import { PageNotices } from './page-notices.js';
import { PageSession } from './page-session.js';

@ApiExcludeController()
@Controller('verify-email')
@Public()
export class VerifyEmailController {
  constructor(
    private readonly verification: EmailVerificationService,
    private readonly session: PageSession,
    private readonly links: LinkPages,
    private readonly notices: PageNotices,
  ) {}

  @Get()
  show(@Query('token') token: unknown, @Res() reply: FastifyReply): Promise<void> {
    return this.links.show(VERIFY_PAGE, token, reply);
  }

  @Post()
  @RateLimit('link')
  @UseFilters(PageErrorFilter)
  async verify(
    @Body(new DtoPipe(LinkDto)) { token }: LinkDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.verification.verify(token, originOf(request));
    this.notices.leave(request, reply, 'email-verified');
    void reply.redirect((await this.session.find(request, reply)) ? '/account' : '/login', 303);
  }

  @Get('resend')
  @WithoutDatabase()
  @Render(RESEND_PAGE.view)
  ask(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): object {
    return { ...RESEND_PAGE, notice: this.notices.take(request, reply) };
  }

  @Post('resend')
  @RateLimit('mail')
  @UseFilters(PageErrorFilter)
  async resend(
    @Body(new DtoPipe(AddressDto)) { email }: AddressDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.verification.resend(email, languageOf(request));
    this.notices.leave(request, reply, 'verification-asked');
    void reply.redirect((await this.session.find(request, reply)) ? '/account' : '/verify-email/resend', 303);
  }
}
