import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hashToken, newToken, readToken, TOKEN_BYTES } from '../crypto/opaque-token.js';
import { DatabaseConnection } from '../database/database-connection.js';
import { AppError } from '../http/app-error.js';
import { originOf } from '../http/request-origin.js';
import { isLanguage } from '../i18n/languages.js';
import type { EndReason, Session } from '../sessions/session.entity.js';
import { type SessionOwner, SessionsService } from '../sessions/sessions.service.js';
import { PageCookies } from './page-cookies.js';
import { keepLanguage } from './page-language.js';

const COOKIE = 'kunci_session';

/** How exactly a browser's "last seen" is known; between two renewals a page costs no write. */
const RENEWED_AFTER_MS = 5 * 60 * 1000;

/**
 * Who is in front of the browser. The cookie holds the handle of a session, 256 random bits, and nothing else. It is
 * not rotated, other than a refresh token: a browser that gives up on a page never learns of a new cookie, and its
 * user would be logged out for it. Each login makes a new one (docs/decisions/0010).
 */
@Injectable()
export class PageSession {
  constructor(
    private readonly sessions: SessionsService,
    private readonly cookies: PageCookies,
    private readonly database: DatabaseConnection,
  ) {}

  /** The live session with its user, renewed when it was not used for some minutes. Pages speak the user's language. */
  async find(request: FastifyRequest, reply: FastifyReply): Promise<Session | null> {
    const session = await this.findLive(request);
    if (session) this.speakTo(session, request, reply);
    if (session && Date.now() - session.lastSeenAt.getTime() > RENEWED_AFTER_MS) {
      session.expiresAt = await this.sessions.renew(session, originOf(request));
      // The cookie as it came: it was found by its hash.
      this.sendCookie(request, reply, this.cookies.read(request, COOKIE) ?? '', session);
    }
    return session;
  }

  /** A session that the browser had before is over: nobody goes on with what was there before the login. */
  async start(request: FastifyRequest, reply: FastifyReply, owner: SessionOwner, isRemembered: boolean): Promise<void> {
    await this.endLive(request, 'replaced');
    const handle = newToken();
    const session = await this.sessions.start(owner, originOf(request), {
      kind: isRemembered ? 'remembered_browser' : 'browser',
      handleHash: hashToken(handle),
      refreshSecretHash: null,
    });
    this.sendCookie(request, reply, handle.toString('base64url'), session);
  }

  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.endLive(request, 'logged_out');
    this.cookies.clear(request, reply, COOKIE);
  }

  /** Kept in the browser too, for the pages that read no session. */
  private speakTo({ user: { language } }: Session, request: FastifyRequest, reply: FastifyReply): void {
    if (!isLanguage(language) || language === request.chosenLanguage) return;
    request.chosenLanguage = language;
    keepLanguage(this.cookies, request, reply, language);
  }

  private async endLive(request: FastifyRequest, reason: EndReason): Promise<void> {
    const session = await this.findLive(request);
    if (session) await this.sessions.end(session.id, session.userId, reason, originOf(request));
  }

  private async findLive(request: FastifyRequest): Promise<Session | null> {
    const handle = readToken(this.cookies.read(request, COOKIE) ?? '', TOKEN_BYTES);
    if (!handle) return null;
    // Some pages are there before the database is.
    if (!this.database.isConnected) throw new AppError('service_unavailable');
    return this.sessions.findByHandle(hashToken(handle));
  }

  private sendCookie(request: FastifyRequest, reply: FastifyReply, value: string, session: Session): void {
    const remainingSeconds = Math.floor((session.expiresAt.getTime() - Date.now()) / 1000);
    const maxAge = session.kind === 'remembered_browser' ? Math.max(1, remainingSeconds) : undefined;
    this.cookies.set(request, reply, COOKIE, value, maxAge);
  }
}
