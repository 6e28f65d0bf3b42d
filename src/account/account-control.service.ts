import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { LoginThrottle } from '../auth/login-throttle.js';
import { CountersService, type CountersReach } from '../limits/counters.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Role, User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { byCommandLine } from './by-command-line.js';
import { OperatorError } from '../http/operator-error.js';

/** What an operator decides about an account. */
@Injectable()
export class AccountControl {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly throttle: LoginThrottle,
    private readonly counters: CountersService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Nobody gets in from now on, and no session or link of before opens anything again, also once it is unlocked. Of an
   * account that is locked already, sessions that were left are ended.
   * @returns whether it was open, and how many sessions were live
   */
  async lock({ id: userId }: User): Promise<{ isChanged: boolean; ended: number }> {
    const isChanged = await this.users.lock(userId);
    if (isChanged) this.audit.record('user_updated', { userId, ...byCommandLine('locked') });
    // By name, after the account: no login that was under way is missed.
    return { isChanged, ended: await this.sessions.endEvery(userId, 'account_locked') };
  }

  /** Also forgets failed logins, which shut people out without a lock. @returns whether it was locked, and where they are forgotten */
  async unlock({ id: userId }: User): Promise<{ isChanged: boolean; forgotten: CountersReach }> {
    const isChanged = await this.users.unlock(userId);
    if (isChanged) this.audit.record('user_updated', { userId, ...byCommandLine('unlocked') });
    await this.counters.connecting();
    await this.throttle.reset(userId);
    const forgotten = this.counters.reach;
    const isReset = !isChanged && forgotten === 'all_processes';
    if (isReset) this.audit.record('user_updated', { userId, ...byCommandLine('failures_reset') });
    return { isChanged, forgotten };
  }

  /** @returns whether it had another one @throws OperatorError if somebody else gave it one at the same moment */
  async setRole(user: User, role: Role): Promise<boolean> {
    if (user.role === role) return false;
    if (!(await this.users.changeRole(user, role))) {
      throw new OperatorError('The account was changed by somebody else at this moment. Look at it and try again.');
    }
    this.audit.record('authz_change', { userId: user.id, ...byCommandLine(user.role, role) });
    return true;
  }
}
