import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { LoginClient } from '../auth/login-throttle.js';
import { Reauthentication } from '../auth/reauthentication.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import type { Who } from '../sessions/sessions.service.js';
import type { User } from '../users/user.entity.js';
import { type Profile, UsersService } from '../users/users.service.js';
import type { AccountExport } from './account-export.dto.js';
import { AccountExports } from './account-exports.service.js';
import { AccountRemoval } from './account-removal.service.js';

/** What is left out stays. */
type ProfileChanges = { readonly [Field in keyof Profile]?: Profile[Field] | undefined };

/** What a person keeps here: change it, take it along, leave. */
@Injectable()
export class AccountService {
  constructor(
    private readonly users: UsersService,
    private readonly reauthentication: Reauthentication,
    private readonly removal: AccountRemoval,
    private readonly exports: AccountExports,
    private readonly audit: AuditService,
  ) {}

  /** @throws AppError `nothing_to_change` */
  async update(userId: number, { name, language }: ProfileChanges, origin: RequestOrigin): Promise<User> {
    const given = { ...(name !== undefined && { name }), ...(language !== undefined && { language }) };
    if (Object.keys(given).length === 0) throw new AppError('nothing_to_change');
    await this.users.updateProfile(userId, given);
    this.audit.record('user_updated', { origin, userId, detail: Object.keys(given).join(' ') });
    return this.getUser(userId);
  }

  /**
   * Deletes the account with everything personal, once its owner has typed the password again.
   * @param language of the request
   * @throws AppError `wrong_password`, `too_many_requests`; `user_not_found`, if it was deleted meanwhile
   */
  async delete(
    { id: userId }: Who,
    password: string,
    language: string,
    origin: RequestOrigin & LoginClient,
  ): Promise<User> {
    const user = await this.reauthentication.confirm(userId, password, 'account_deletion', origin);
    const { passwordVersion } = user;
    if (!(await this.removal.remove(user, { passwordVersion, noticeIn: language }))) {
      throw new AppError((await this.users.exists(userId)) ? 'wrong_password' : 'user_not_found');
    }
    return user;
  }

  /** Everything that is kept of a person, but what would let somebody in. */
  async export(userId: number, origin: RequestOrigin): Promise<AccountExport> {
    return this.exports.export(await this.getUser(userId), { origin, detail: 'export' });
  }

  /** @throws AppError `user_not_found`, if the account is gone since the request was let in */
  private async getUser(userId: number): Promise<User> {
    const user = await this.users.findById(userId);
    if (!user) throw new AppError('user_not_found');
    return user;
  }
}
