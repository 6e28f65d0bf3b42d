import { Body, Controller, Get, Inject, Post, Render, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RegisterDto } from '../auth/auth.dto.js';
import { RegistrationPipe } from '../auth/registration.pipe.js';
import { RegistrationService } from '../auth/registration.service.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Public, WithoutDatabase } from '../http/access.decorators.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { languageOf } from '../i18n/request-language.js';
import { REGISTER_PAGE } from './forms.js';
import { PageErrorFilter } from './page-error.filter.js';
import { PageNotices } from './page-notices.js';

@ApiExcludeController()
@Controller('register')
@Public()
export class SignUpController {
  constructor(
    private readonly registration: RegistrationService,
    private readonly notices: PageNotices,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @WithoutDatabase()
  @Render(REGISTER_PAGE.view)
  new(): object {
    return REGISTER_PAGE;
  }

  @Post()
  @RateLimit('register')
  @UseFilters(PageErrorFilter)
  async create(
    @Body(RegistrationPipe) registration: RegisterDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.registration.register(registration, languageOf(request), originOf(request));
    const mustVerify = this.settings.accounts.requireVerifiedEmail;
    this.notices.leave(request, reply, mustVerify ? 'verify-email' : 'registered');
    void reply.redirect(mustVerify ? '/verify-email/resend' : '/login', 303);
  }
}
