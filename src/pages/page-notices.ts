import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PageCookies } from './page-cookies.js';

const COOKIE = 'kunci_notice';
const KEPT_SECONDS = 60;

/** What one page says about the one before. The cookie holds the key only, so that nobody can put words on a page. */
const NOTICES = {
  registered: 'Your account is ready. Please log in.',
  'login-required': 'Please log in to see this page.',
  'logged-out': 'You are logged out.',
  'device-logged-out': 'That device is logged out.',
  'others-logged-out': 'All your other devices are logged out.',
} as const;

export type Notice = keyof typeof NOTICES;

@Injectable()
export class PageNotices {
  constructor(private readonly cookies: PageCookies) {}

  leave(request: FastifyRequest, reply: FastifyReply, notice: Notice): void {
    this.cookies.set(request, reply, COOKIE, notice, KEPT_SECONDS);
  }

  /** The notice of the page before, once. */
  take(request: FastifyRequest, reply: FastifyReply): string | undefined {
    const notice = this.cookies.read(request, COOKIE);
    if (notice === undefined) return undefined;
    this.cookies.clear(request, reply, COOKIE);
    return Object.hasOwn(NOTICES, notice) ? NOTICES[notice as Notice] : undefined;
  }
}
