import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { AppError } from '../http/app-error.js';
import { type AccessTokenClaims, KeysService } from '../keys/keys.service.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { type Grant, RefreshService } from '../sessions/refresh.service.js';
import { type SessionOwner, SessionsService, type SignedIn } from '../sessions/sessions.service.js';
import type { Role } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { isCompactJws, subjectOf } from './access-token.js';
import type { Tokens } from './auth.dto.js';

/** Makes access tokens, and says what one opens at this moment. */
@Injectable()
export class TokensService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly refreshing: RefreshService,
    private readonly keys: KeysService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async start(owner: SessionOwner, origin: RequestOrigin): Promise<Tokens> {
    return this.tokensOf(await this.refreshing.start(owner, origin));
  }

  async refresh(refreshToken: string, origin: RequestOrigin): Promise<Tokens> {
    return this.tokensOf(await this.refreshing.refresh(refreshToken, origin));
  }

  /**
   * Whom verified claims name, if their session is live. The one look-up of a guarded request.
   * @throws AppError `invalid_token`, or `user_not_found` if the account is gone
   */
  async signedIn(claims: unknown): Promise<SignedIn> {
    const subject = subjectOf(claims);
    if (!subject) throw new AppError('invalid_token');
    const found = await this.sessions.findSignedIn(subject.sessionId);
    if (found?.id === subject.userId) return found;
    throw new AppError((await this.users.exists(subject.userId)) ? 'invalid_token' : 'user_not_found');
  }

  /** @returns of an access token that opens something at this moment its claims and its owner's roles now, or null */
  async introspect(token: string): Promise<(AccessTokenClaims & { roles: Role[] }) | null> {
    const claims = isCompactJws(token) ? await this.keys.verify(token) : null;
    const subject = subjectOf(claims);
    if (!subject) return null;
    const found = await this.sessions.findSignedIn(subject.sessionId);
    return claims && found?.id === subject.userId ? { ...claims, roles: [found.role] } : null;
  }

  private async tokensOf({ session, refreshToken }: Grant): Promise<Tokens> {
    const remainingSeconds = Math.max(1, Math.floor((session.expiresAt.getTime() - Date.now()) / 1000));
    const expiresIn = Math.min(this.settings.accessToken.ttlSeconds, remainingSeconds);
    return {
      access_token: await this.keys.sign(session.userId, session.id, expiresIn),
      token_type: 'Bearer',
      expires_in: expiresIn,
      refresh_token: refreshToken,
    };
  }
}
