import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { LoginThrottle } from '../auth/login-throttle.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { OneTimeTokensService } from '../one-time-tokens/one-time-tokens.service.js';
import { PasswordPolicy } from '../passwords/password-policy.service.js';
import type { User } from '../users/user.entity.js';
import { Notices } from './notices.service.js';

/** What a new password has to be and what follows from it, however it came about. */
@Injectable()
export class NewPasswords {
  constructor(
    private readonly policy: PasswordPolicy,
    private readonly tokens: OneTimeTokensService,
    private readonly throttle: LoginThrottle,
    private readonly notices: Notices,
    private readonly audit: AuditService,
  ) {}

  /** @throws AppError `validation_failed`, with what is wrong with it under the name of its field */
  async check(password: string, field: string, owner: Pick<User, 'name' | 'email'>): Promise<void> {
    const faults = await this.policy.faultsOf(password, owner);
    if (faults.length > 0) throw new AppError('validation_failed', { fields: { [field]: faults } });
  }

  /**
   * Once the account has it: what must not be missing first. Links that were mailed before are dead by the version of
   * the password; ending them by name lets their pages say so.
   */
  async announce(user: User, language: string, origin: RequestOrigin, detail?: string): Promise<void> {
    const { id: userId } = user;
    this.audit.record('authn_password_change', { origin, userId, ...(detail !== undefined && { detail }) });
    await this.notices.send('password-changed', user, language);
    await this.throttle.reset(userId);
    await this.tokens.revoke(userId, 'reset_password', 'change_email');
  }
}
