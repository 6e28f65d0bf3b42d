import { Injectable } from '@nestjs/common';
import type { LoginClient } from '../auth/login-throttle.js';
import { Reauthentication } from '../auth/reauthentication.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { SessionsService, type Who } from '../sessions/sessions.service.js';
import { UsersService } from '../users/users.service.js';
import { NewPasswords } from './new-passwords.js';

@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly reauthentication: Reauthentication,
    private readonly passwords: PasswordsService,
    private readonly newPasswords: NewPasswords,
  ) {}

  /**
   * All other sessions end; this one never does, whoever asks for it meanwhile.
   * @param language of the request
   * @returns how many sessions ended
   * @throws AppError `wrong_password`, `too_many_requests`; `validation_failed` about `new_password`
   */
  async change(
    { id, sessionId }: Who,
    currentPassword: string,
    newPassword: string,
    language: string,
    origin: RequestOrigin & LoginClient,
  ): Promise<number> {
    const user = await this.reauthentication.confirm(id, currentPassword, 'password_change', origin);
    await this.newPasswords.check(newPassword, 'new_password', user);
    const passwordHash = await this.passwords.hash(newPassword);
    // The session goes ahead, then the account follows, and all that stay behind are over.
    await this.sessions.keepThroughChange(sessionId, user.passwordVersion + 1);
    // Another change or a reset was quicker: what was typed is not the current password any more.
    if (!(await this.users.changePassword(user, passwordHash))) throw new AppError('wrong_password');
    await this.newPasswords.announce(user, language, origin);
    // By name, after the account: a session that had gone ahead for a change that was too late ends with the others.
    return this.sessions.endOthers(sessionId, id, origin, 'password_changed');
  }
}
