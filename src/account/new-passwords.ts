import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { LoginThrottle } from '../auth/login-throttle.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { Outbox } from '../mail/outbox.service.js';
import { OneTimeTokensService } from '../one-time-tokens/one-time-tokens.service.js';
import { PasswordPolicy } from '../passwords/password-policy.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import type { User } from '../users/user.entity.js';

/** What a new password has to be and what follows from it, however it came about. */
@Injectable()
export class NewPasswords {
  constructor(
    private readonly policy: PasswordPolicy,
    private readonly passwords: PasswordsService,
    private readonly tokens: OneTimeTokensService,
    private readonly throttle: LoginThrottle,
    private readonly outbox: Outbox,
    private readonly audit: AuditService,
  ) {}

  /** @throws AppError `validation_failed`, with what is wrong with it under the name of its field */
  async check(password: string, field: string, owner: Pick<User, 'name' | 'email'>): Promise<void> {
    const faults = await this.policy.faultsOf(password, owner);
    if (faults.length > 0) throw new AppError('validation_failed', { fields: { [field]: faults } });
  }

  hash(password: string): Promise<string> {
    return this.passwords.hash(password);
  }

  /**
   * Once the account has it. Links that were mailed for who had the old one open nothing any more: whoever knew it may
   * have asked for a change of address too.
   */
  async announce(user: User, language: string, origin: RequestOrigin, detail?: string): Promise<void> {
    const { id: userId } = user;
    await this.tokens.revoke(userId, 'reset_password', 'change_email');
    await this.throttle.reset(userId);
    this.audit.record('authn_password_change', { origin, userId, ...(detail !== undefined && { detail }) });
    await this.outbox.add({
      template: 'password-changed',
      to: user.email,
      language: user.language ?? language,
      values: {},
    });
  }
}
