import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthService } from '../auth/auth.service.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/env.js';
import type { Account } from '../users/users.service.js';

const SESSION_COOKIE = 'kunci_session';
const NOTICE_COOKIE = 'kunci_notice';

/** What one page says about the one before. The cookie holds the key only, so that nobody can put words on a page. */
const NOTICES = {
  registered: 'Your account is ready. Please log in.',
  'login-required': 'Please log in to see this page.',
  'logged-out': 'You are logged out.',
} as const;

export type Notice = keyof typeof NOTICES;

/** Who is in front of the browser: an access token in a cookie that no script can read. */
@Injectable()
export class PageSession {
  constructor(
    private readonly auth: AuthService,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async findUser(request: FastifyRequest): Promise<Account | null> {
    const token = readCookie(request, SESSION_COOKIE);
    return token ? this.auth.findUserByToken(token) : null;
  }

  start(request: FastifyRequest, reply: FastifyReply, accessToken: string): void {
    this.setCookie(request, reply, SESSION_COOKIE, accessToken, this.settings.accessToken.ttlSeconds);
  }

  end(request: FastifyRequest, reply: FastifyReply): void {
    this.setCookie(request, reply, SESSION_COOKIE, '', 0);
  }

  leaveNotice(request: FastifyRequest, reply: FastifyReply, notice: Notice): void {
    this.setCookie(request, reply, NOTICE_COOKIE, notice, 60);
  }

  /** The notice of the page before, once. */
  takeNotice(request: FastifyRequest, reply: FastifyReply): string | undefined {
    const notice = readCookie(request, NOTICE_COOKIE);
    if (notice === undefined) return undefined;
    this.setCookie(request, reply, NOTICE_COOKIE, '', 0);
    return Object.hasOwn(NOTICES, notice) ? NOTICES[notice as Notice] : undefined;
  }

  private setCookie(request: FastifyRequest, reply: FastifyReply, name: string, value: string, maxAge: number): void {
    const secure = request.protocol === 'https';
    this.adapterHost.httpAdapter.setCookie(reply, name, value, {
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      secure,
      maxAge,
    });
  }
}

function readCookie({ headers }: FastifyRequest, name: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) || undefined;
}
