import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DeviceStatements } from '../auth/device-statements.js';
import type { LoginClient } from '../auth/login-throttle.js';
import { originOf, type RequestOrigin } from '../http/request-origin.js';
import { PageCookies } from './page-cookies.js';

const COOKIE = 'kunci_device';
const KEPT_SECONDS = 365 * 86_400;

/** A browser that logged in before is let in while strangers guess at the account. A logout leaves its cookie. */
@Injectable()
export class KnownDevice {
  constructor(
    private readonly statements: DeviceStatements,
    private readonly cookies: PageCookies,
  ) {}

  clientOf(request: FastifyRequest): RequestOrigin & LoginClient {
    return { ...originOf(request), statement: this.cookies.read(request, COOKIE) };
  }

  remember(request: FastifyRequest, reply: FastifyReply, userId: number): void {
    this.cookies.set(request, reply, COOKIE, this.statements.issue(userId), KEPT_SECONDS);
  }

  forget(request: FastifyRequest, reply: FastifyReply): void {
    this.cookies.clear(request, reply, COOKIE);
  }
}
