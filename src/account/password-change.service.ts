import { Injectable } from '@nestjs/common';
import type { LoginClient } from '../auth/login-throttle.js';
import { Reauthentication } from '../auth/reauthentication.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { NewPasswords } from './new-passwords.js';

/** Who is logged in, and by which session. */
export interface Who {
  readonly id: number;
  readonly sessionId: string;
}

@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly reauthentication: Reauthentication,
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
    const passwordHash = await this.newPasswords.hash(newPassword);
    await this.replace(user, sessionId, passwordHash);
    const ended = await this.sessions.endOthers(sessionId, id, origin, 'password_changed');
    await this.newPasswords.announce(user, language, origin);
    return ended;
  }

  /**
   * The session goes ahead, then the account follows, and all that stay behind are over. A process that ends in between
   * leaves the old password, and a session that is ended by name at the next change.
   */
  private async replace(user: User, sessionId: string, passwordHash: string): Promise<void> {
    const { passwordVersion } = user;
    await this.sessions.keepThroughChange(sessionId, passwordVersion + 1);
    let isChanged = false;
    try {
      isChanged = await this.users.changePassword(user, passwordHash);
    } finally {
      if (!isChanged) await this.sessions.keepThroughChange(sessionId, passwordVersion);
    }
    // Somebody else was quicker: what was typed is not the current password any more.
    if (!isChanged) throw new AppError('wrong_password');
  }
}
