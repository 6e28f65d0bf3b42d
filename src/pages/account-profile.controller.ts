import { Body, Controller, Get, Post, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DeleteAccountDto, UpdateAccountDto } from '../account/account.dto.js';
import { AccountService } from '../account/account.service.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { isLanguage } from '../i18n/languages.js';
import { languageOf } from '../i18n/request-language.js';
import type { Session } from '../sessions/session.entity.js';
import { toUserInfo } from '../users/users.dto.js';
import { DELETE_PAGE, PROFILE_PAGE } from './forms.js';
import { KnownDevice } from './known-device.js';
import { PageCookies } from './page-cookies.js';
import { keepLanguage } from './page-language.js';
import { PageNotices } from './page-notices.js';
import { PageSession } from './page-session.js';
import { CurrentBrowser, ForSignedIn, whoOf } from './signed-in.guard.js';

/** What a person keeps here: change it, take it along, leave. */
@ApiExcludeController()
@Controller('account')
@ForSignedIn()
export class AccountProfileController {
  constructor(
    private readonly account: AccountService,
    private readonly session: PageSession,
    private readonly device: KnownDevice,
    private readonly cookies: PageCookies,
    private readonly notices: PageNotices,
  ) {}

  @Get('name')
  @Render(PROFILE_PAGE.view)
  edit(@CurrentBrowser() { user }: Session, @Req() request: FastifyRequest): object {
    return { ...PROFILE_PAGE, values: { name: user.name, language: languageOf(request) } };
  }

  @Post('name')
  @RateLimit('profile')
  async update(
    @Body(new DtoPipe(UpdateAccountDto)) changes: UpdateAccountDto,
    @CurrentBrowser() { userId }: Session,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { language } = await this.account.update(userId, changes, originOf(request));
    // After a logout this browser goes on in the same language.
    if (isLanguage(language)) keepLanguage(this.cookies, request, reply, language);
    this.notices.leave(request, reply, 'profile-saved');
    void reply.redirect('/account', 303);
  }

  @Get('export')
  @RateLimit('export')
  async export(
    @CurrentBrowser() { userId }: Session,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const data = await this.account.export(userId, originOf(request));
    void reply
      .header('content-disposition', 'attachment; filename="kunci-account.json"')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(data, null, 2));
  }

  @Get('delete')
  @Render(DELETE_PAGE.view)
  askToDelete(@CurrentBrowser() { user }: Session): object {
    return { ...DELETE_PAGE, user: toUserInfo(user) };
  }

  @Post('delete')
  @RateLimit('password')
  async delete(
    @Body(new DtoPipe(DeleteAccountDto)) { password }: DeleteAccountDto,
    @CurrentBrowser() browser: Session,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.account.delete(whoOf(browser), password, languageOf(request), this.device.clientOf(request));
    await this.session.end(request, reply);
    this.device.forget(request, reply);
    this.notices.leave(request, reply, 'account-deleted');
    void reply.redirect('/login', 303);
  }
}
