import { Body, Controller, Get, Post, Query, Render, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ResetPasswordDto } from '../account/account.dto.js';
import { PasswordResetService } from '../account/password-reset.service.js';
import { AddressDto } from '../email-verification/email-verification.dto.js';
import { Public, WithoutDatabase } from '../http/access.decorators.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { languageOf } from '../i18n/request-language.js';
import { FORGOT_PAGE } from './forms.js';
import { LinkPages, RESET_PAGE } from './link-pages.js';
import { PageErrorFilter } from './page-error.filter.js';
import { PageNotices } from './page-notices.js';

@ApiExcludeController()
@Controller()
@Public()
export class PasswordResetController {
  constructor(
    private readonly resets: PasswordResetService,
    private readonly links: LinkPages,
    private readonly notices: PageNotices,
  ) {}

  @Get('forgot-password')
  @WithoutDatabase()
  @Render(FORGOT_PAGE.view)
  ask(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): object {
    return { ...FORGOT_PAGE, notice: this.notices.take(request, reply) };
  }

  @Post('forgot-password')
  @RateLimit('mail')
  @UseFilters(PageErrorFilter)
  async request(
    @Body(new DtoPipe(AddressDto)) { email }: AddressDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.resets.request(email, languageOf(request), originOf(request));
    this.notices.leave(request, reply, 'reset-asked');
    void reply.redirect('/forgot-password', 303);
  }

  @Get('reset-password')
  show(@Query('token') token: unknown, @Res() reply: FastifyReply): Promise<void> {
    return this.links.show(RESET_PAGE, token, reply);
  }

  @Post('reset-password')
  @RateLimit('link')
  @UseFilters(PageErrorFilter)
  async reset(
    @Body(new DtoPipe(ResetPasswordDto)) { token, password }: ResetPasswordDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.resets.reset(token, password, languageOf(request), originOf(request));
    this.notices.leave(request, reply, 'password-reset');
    void reply.redirect('/login', 303);
  }
}
