import { Injectable } from '@nestjs/common';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { AuthEvents, type Reconfirmed } from './auth-events.service.js';
import { type LoginClient, LoginThrottle } from './login-throttle.js';

/**
 * Asks somebody who is logged in for the password again, before what a stolen session must not do. Guesses are counted
 * as those of logins are.
 */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly throttle: LoginThrottle,
    private readonly events: AuthEvents,
  ) {}

  /** @throws AppError `wrong_password`, `too_many_requests`; `user_not_found`, if the account is gone since */
  async confirm(
    userId: number,
    password: string,
    what: Reconfirmed,
    origin: RequestOrigin & LoginClient,
  ): Promise<User> {
    const user = await this.users.findById(userId);
    if (!user) throw new AppError('user_not_found');
    const verify = () => this.passwords.verify(password, user.passwordHash);
    const tried = this.throttle.attempt({ userId, email: user.email }, origin, verify);
    const matches = await tried.catch((error: unknown) => {
      throw this.events.throttled(error, user.email, user, origin);
    });
    if (!matches) throw this.events.refusedAgain(what, user, origin);
    return user;
  }
}
