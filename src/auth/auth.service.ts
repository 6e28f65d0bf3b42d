import { Inject, Injectable, Logger } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/env.js';
import { AppError } from '../http/app-error.js';
import { type AccessTokenClaims, KeysService } from '../keys/keys.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import type { Device } from '../sessions/device.js';
import { type Grant, RefreshService } from '../sessions/refresh.service.js';
import { SessionsService, type SignedIn } from '../sessions/sessions.service.js';
import { isPossibleAddress } from '../users/email-address.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { isCompactJws, subjectOf } from './access-token.js';
import type { LoginDto, RefreshDto, RegisterDto, Tokens } from './auth.dto.js';

@Injectable()
export class AuthService {
  private readonly logger = new Logger(AuthService.name);

  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly sessions: SessionsService,
    private readonly refreshing: RefreshService,
    private readonly keys: KeysService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws AppError `email_taken` */
  async register({ name, email, password }: RegisterDto): Promise<User> {
    const passwordHash = await this.passwords.hash(password);
    return this.users.create({ name, email, passwordHash });
  }

  /** @throws AppError `invalid_credentials`, `account_locked` */
  async login(credentials: LoginDto, device: Device): Promise<Tokens> {
    const user = await this.authenticate(credentials);
    return this.tokensOf(await this.refreshing.start(user, device));
  }

  /** @throws AppError `invalid_refresh_token`, `refresh_token_reused` */
  async refresh({ refresh_token }: RefreshDto, device: Device): Promise<Tokens> {
    return this.tokensOf(await this.refreshing.refresh(refresh_token, device));
  }

  /**
   * The story of every login, of the API and of the pages. Hashes in every case: an unknown address takes as long as a
   * wrong password, and answers the same.
   * @throws AppError `invalid_credentials`; `account_locked`, told only to who knows the password
   */
  async authenticate({ email, password }: LoginDto): Promise<User> {
    // What can be nobody's address is no secret: not worth a hash.
    if (!isPossibleAddress(email)) throw new AppError('invalid_credentials');
    const user = await this.users.findByEmail(email);
    const matches = await this.passwords.verify(password, user?.passwordHash);
    if (!user || !matches) throw new AppError('invalid_credentials');
    if (user.lockedAt) throw new AppError('account_locked');
    if (this.passwords.needsRehash(user.passwordHash)) await this.upgradeHash(user, password);
    return user;
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

  /** @returns the claims of an access token that opens something at this moment, or null */
  async introspect(token: string): Promise<AccessTokenClaims | null> {
    const claims = isCompactJws(token) ? await this.keys.verify(token) : null;
    const subject = subjectOf(claims);
    if (!subject) return null;
    const found = await this.sessions.findSignedIn(subject.sessionId);
    return found?.id === subject.userId ? claims : null;
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

  /** A stored hash keeps up with `BCRYPT_COST`; the password is the same, so sessions go on. Logged in either way. */
  private async upgradeHash(user: User, password: string): Promise<void> {
    try {
      await this.users.upgradePasswordHash(user, await this.passwords.hash(password));
    } catch (error) {
      this.logger.warn(`The password hash of user ${user.id} could not be upgraded: ${(error as Error).name}`);
    }
  }
}
