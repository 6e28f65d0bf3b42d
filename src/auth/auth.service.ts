import { Inject, Injectable, Logger } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { isPossibleAddress } from '../users/email-address.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { AuthEvents } from './auth-events.service.js';
import type { LoginDto, RefreshDto, Tokens } from './auth.dto.js';
import { type LoginClient, LoginThrottle } from './login-throttle.js';
import { TokensService } from './tokens.service.js';

@Injectable()
export class AuthService {
  private readonly logger = new Logger(AuthService.name);

  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly tokens: TokensService,
    private readonly throttle: LoginThrottle,
    private readonly events: AuthEvents,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws AppError as `authenticate` */
  async login(credentials: LoginDto, origin: RequestOrigin): Promise<Tokens> {
    return this.tokens.start(await this.authenticate(credentials, origin), origin);
  }

  /** @throws AppError `invalid_refresh_token`, `refresh_token_reused` */
  refresh({ refresh_token }: RefreshDto, origin: RequestOrigin): Promise<Tokens> {
    return this.tokens.refresh(refresh_token, origin);
  }

  /**
   * The story of every login, of the API and of the pages. Hashes in every case that is not throttled: an unknown
   * address takes as long as a wrong password, answers the same, and is throttled the same.
   * @throws AppError `invalid_credentials`; `too_many_requests`, after failures in a row; `account_locked` and
   * `email_not_verified`, told only to who knows the password
   */
  async authenticate({ email, password }: LoginDto, origin: RequestOrigin & LoginClient): Promise<User> {
    // What can be nobody's address is no secret: not worth a hash.
    if (!isPossibleAddress(email)) throw this.events.unknownUser(email, origin);
    // Of a burst only those look an account up who could be served.
    const user = await this.passwords.whileThereIsRoom(() => this.users.findByEmail(email));
    const verify = () => this.passwords.verify(password, user?.passwordHash);
    const tried = this.throttle.attempt({ userId: user?.id, email }, origin, verify);
    const matches = await tried.catch((error: unknown) => {
      throw this.events.throttled(error, email, user, origin);
    });
    if (!user) throw this.events.unknownUser(email, origin);
    if (!matches) throw this.events.refused('wrong_password', user, origin);
    if (user.lockedAt) throw this.events.refused('account_locked', user, origin);
    if (this.mustVerify(user)) throw this.events.refused('email_not_verified', user, origin);
    this.events.loggedIn(user, origin);
    if (this.passwords.needsRehash(user.passwordHash)) await this.upgradeHash(user, password);
    return user;
  }

  private mustVerify({ emailVerifiedAt }: User): boolean {
    return this.settings.accounts.requireVerifiedEmail && emailVerifiedAt === null;
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
