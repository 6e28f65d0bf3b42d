import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../http/access.decorators.js';
import { originOf } from '../http/request-origin.js';
import type { Session } from '../sessions/session.entity.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { toUserInfo } from '../users/users.dto.js';
import { deviceName } from './device-name.js';
import { type Notice, PageNotices } from './page-notices.js';
import { PageSession } from './page-session.js';

/** Pages redirect who is not logged in to the login, instead of the 401 of the API: hence `@Public()`. */
@ApiExcludeController()
@Controller()
@Public()
export class AccountController {
  constructor(
    private readonly session: PageSession,
    private readonly sessions: SessionsService,
    private readonly notices: PageNotices,
  ) {}

  @Get()
  async home(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.session.find(request, reply);
    if (session) void reply.view('pages/home', { title: 'Hello', user: toUserInfo(session.user) });
    else this.askToLogIn(request, reply);
  }

  @Get('account')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const current = await this.session.find(request, reply);
    if (!current) {
      this.askToLogIn(request, reply);
      return;
    }
    const sessions = await this.sessions.list(current.userId);
    const others = sessions.filter(({ id }) => id !== current.id);
    void reply.view('pages/account', {
      title: 'Your account',
      notice: this.notices.take(request, reply),
      user: toUserInfo(current.user),
      devices: [...sessions.filter(({ id }) => id === current.id), ...others].map((session) =>
        toDevice(session, current.id),
      ),
      hasOthers: others.length > 0,
    });
  }

  /** A device that is gone already is no fault: that is what was asked for. */
  @Post('account/devices/:id/logout')
  async logOut(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.endAnd(request, reply, 'device-logged-out', ({ userId }) =>
      this.sessions.end(id, userId, 'logged_out', originOf(request)),
    );
  }

  @Post('account/devices/logout-others')
  async logOutOthers(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.endAnd(request, reply, 'others-logged-out', ({ id, userId }) =>
      this.sessions.endOthers(id, userId, originOf(request)),
    );
  }

  private async endAnd(
    request: FastifyRequest,
    reply: FastifyReply,
    notice: Notice,
    end: (current: Session) => Promise<unknown>,
  ): Promise<void> {
    const current = await this.session.find(request, reply);
    if (!current) {
      this.askToLogIn(request, reply);
      return;
    }
    await end(current);
    this.notices.leave(request, reply, notice);
    void reply.redirect('/account', 303);
  }

  private askToLogIn(request: FastifyRequest, reply: FastifyReply): void {
    this.notices.leave(request, reply, 'login-required');
    void reply.redirect('/login', 303);
  }
}

const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

function toDevice({ id, userAgent, address, lastSeenAt }: Session, currentId: string): object {
  return {
    id,
    name: deviceName(userAgent),
    address,
    lastSeen: `${DATE.format(lastSeenAt)} UTC`,
    lastSeenIso: lastSeenAt.toISOString(),
    isCurrent: id === currentId,
  };
}
