import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { Notices } from './notices.service.js';

interface Removal {
  /** If only that version of the account may be deleted. */
  readonly passwordVersion?: number | undefined;
  /** Of the audit event. */
  readonly detail?: string | undefined;
  /** For a mail that tells of it, to who has chosen no other language. */
  readonly noticeIn?: string | undefined;
}

/** Deletes an account with everything personal. What happened stays in the audit trail, where from does not. */
@Injectable()
export class AccountRemoval {
  constructor(
    private readonly users: UsersService,
    private readonly notices: Notices,
    private readonly audit: AuditService,
  ) {}

  /** @returns false if there is no such account */
  async remove(user: User, { passwordVersion, detail, noticeIn }: Removal): Promise<boolean> {
    const { id: userId } = user;
    // Also before: a process that is killed later on leaves none in the table.
    await this.audit.forgetOrigins(userId);
    if (!(await this.users.delete({ id: userId, ...(passwordVersion !== undefined && { passwordVersion }) })))
      return false;
    this.audit.record('user_deleted', { userId, detail });
    if (noticeIn !== undefined) await this.notices.send('account-deleted', user, noticeIn);
    await this.audit.forgetOrigins(userId);
    return true;
  }
}
