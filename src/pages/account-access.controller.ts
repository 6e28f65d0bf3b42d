import { Body, Controller, Get, Post, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ChangeEmailDto, ChangePasswordDto } from '../account/account.dto.js';
import { EmailChangeService } from '../account/email-change.service.js';
import { PasswordChangeService } from '../account/password-change.service.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { RateLimit } from '../http/rate-limits.js';
import { languageOf } from '../i18n/request-language.js';
import type { Session } from '../sessions/session.entity.js';
import { toUserInfo } from '../users/users.dto.js';
import { EMAIL_PAGE, PASSWORD_PAGE } from './forms.js';
import { KnownDevice } from './known-device.js';
import { PageNotices } from './page-notices.js';
import { CurrentBrowser, ForSignedIn, whoOf } from './signed-in.guard.js';

/** What a person logs in with. */
@ApiExcludeController()
@Controller('account')
@ForSignedIn()
export class AccountAccessController {
  constructor(
    private readonly passwords: PasswordChangeService,
    private readonly emails: EmailChangeService,
    private readonly device: KnownDevice,
    private readonly notices: PageNotices,
  ) {}

  @Get('password')
  @Render(PASSWORD_PAGE.view)
  editPassword(@CurrentBrowser() { user }: Session): object {
    return { ...PASSWORD_PAGE, user: toUserInfo(user) };
  }

  @Post('password')
  @RateLimit('password')
  async changePassword(
    @Body(new DtoPipe(ChangePasswordDto)) { current_password, new_password }: ChangePasswordDto,
    @CurrentBrowser() browser: Session,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const client = this.device.clientOf(request);
    await this.passwords.change(whoOf(browser), current_password, new_password, languageOf(request), client);
    this.notices.leave(request, reply, 'password-changed');
    void reply.redirect('/account', 303);
  }

  @Get('email')
  @Render(EMAIL_PAGE.view)
  editEmail(@CurrentBrowser() { user }: Session): object {
    return { ...EMAIL_PAGE, user: toUserInfo(user) };
  }

  @Post('email')
  @RateLimit('mail')
  async requestEmail(
    @Body(new DtoPipe(ChangeEmailDto)) change: ChangeEmailDto,
    @CurrentBrowser() browser: Session,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.emails.request(whoOf(browser), change, languageOf(request), this.device.clientOf(request));
    this.notices.leave(request, reply, 'email-change-asked');
    void reply.redirect('/account', 303);
  }
}
