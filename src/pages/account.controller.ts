import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { originOf } from '../http/request-origin.js';
import { formatInstant } from '../i18n/instants.js';
import { languageOf } from '../i18n/request-language.js';
import type { Session } from '../sessions/session.entity.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { toUserInfo } from '../users/users.dto.js';
import { UsersService } from '../users/users.service.js';
import { deviceName } from './device-name.js';
import { PageNotices } from './page-notices.js';
import { CurrentBrowser, ForSignedIn } from './signed-in.guard.js';

@ApiExcludeController()
@Controller()
@ForSignedIn()
export class AccountController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    private readonly notices: PageNotices,
  ) {}

  @Get()
  home(@CurrentBrowser() { user }: Session, @Res() reply: FastifyReply): void {
    void reply.view('pages/home', { title: 'Hello', user: toUserInfo(user) });
  }

  @Get('account')
  async show(
    @CurrentBrowser() current: Session,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const sessions = await this.sessions.list(current.userId);
    const others = sessions.filter(({ id }) => id !== current.id);
    const user = await this.users.findById(current.userId);
    const language = languageOf(request);
    void reply.view('pages/account', {
      title: 'Your account',
      notice: this.notices.take(request, reply),
      user: toUserInfo(current.user),
      isVerified: user?.emailVerifiedAt != null,
      devices: [...sessions.filter(({ id }) => id === current.id), ...others].map((session) =>
        toDevice(session, current.id, language),
      ),
      hasOthers: others.length > 0,
    });
  }

  /** A device that is gone already is no fault: that is what was asked for. */
  @Post('account/devices/:id/logout')
  async logOut(
    @Param('id') id: string,
    @CurrentBrowser() { userId }: Session,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.end(id, userId, 'logged_out', originOf(request));
    this.notices.leave(request, reply, 'device-logged-out');
    void reply.redirect('/account', 303);
  }

  @Post('account/devices/logout-others')
  async logOutOthers(
    @CurrentBrowser() { id, userId }: Session,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.endOthers(id, userId, originOf(request));
    this.notices.leave(request, reply, 'others-logged-out');
    void reply.redirect('/account', 303);
  }
}

function toDevice({ id, userAgent, address, lastSeenAt }: Session, currentId: string, language: string): object {
  return {
    id,
    name: deviceName(userAgent, language),
    address,
    lastSeen: formatInstant(lastSeenAt, language),
    lastSeenIso: lastSeenAt.toISOString(),
    isCurrent: id === currentId,
  };
}
