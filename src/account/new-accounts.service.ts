import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { RegisterDto } from '../auth/auth.dto.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { newToken } from '../crypto/opaque-token.js';
import { AppError, type FieldFaults } from '../http/app-error.js';
import { fieldFaults, toDto } from '../http/validation.js';
import { MailedLinks, ownerOf } from '../one-time-tokens/mailed-links.service.js';
import { PasswordPolicy } from '../passwords/password-policy.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { byCommandLine } from './by-command-line.js';
import { OperatorError } from '../http/operator-error.js';

/** Whom an operator gives an account. */
export interface Newcomer {
  readonly name: string;
  readonly email: string;
  /** The operator answers for it: nobody has to show that mail reaches it. */
  readonly isVerified: boolean;
}

/** Accounts that an operator makes, by the rules of a registration. */
@Injectable()
export class NewAccounts {
  constructor(
    private readonly users: UsersService,
    private readonly policy: PasswordPolicy,
    private readonly passwords: PasswordsService,
    private readonly links: MailedLinks,
    private readonly audit: AuditService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Before anybody is asked for a password.
   * @throws AppError `validation_failed`, `email_taken`; OperatorError if a link would have to be mailed and cannot
   */
  async check({ name, email }: Newcomer, isMailed: boolean): Promise<void> {
    // Any password that is one will do.
    expectNone(fieldFaults(toDto(RegisterDto, { name, email, password: 'x' })));
    if (await this.users.isEmailTaken(email)) throw new AppError('email_taken');
    if (isMailed && this.settings.mail.transport === 'none') {
      throw new OperatorError(
        'Without SMTP_URL no link to choose a password can be mailed. To try it, set NODE_ENV=development: ' +
          'npm start shows the mail at /dev/mailbox.',
      );
    }
  }

  /** @throws AppError `validation_failed`, with what is wrong with the password */
  async checkPassword(password: string, { name, email }: Newcomer): Promise<void> {
    expectNone(fieldFaults(toDto(RegisterDto, { name, email, password })));
    const faults = await this.policy.faultsOf(password, { name, email });
    if (faults.length > 0) throw new AppError('validation_failed', { fields: { password: faults } });
  }

  /**
   * With a password, and the link that verifies the address as after a registration; or with none that anybody knows, and
   * a link to choose one, which verifies the address too.
   * @param password one that was checked; undefined for none
   * @throws AppError `email_taken`
   */
  async create(newcomer: Newcomer, password: string | undefined): Promise<User> {
    const { name, email, isVerified } = newcomer;
    const passwordHash = await this.passwords.hash(password ?? newToken().toString('base64url'));
    const verified = isVerified ? { emailVerifiedAt: new Date() } : {};
    const user = await this.users.create({ name, email, passwordHash, ...verified });
    this.audit.record('user_created', { userId: user.id, ...byCommandLine() });
    await this.mailLink(user, { isVerified, hasPassword: password !== undefined });
    return user;
  }

  private async mailLink(user: User, { isVerified, hasPassword }: { isVerified: boolean; hasPassword: boolean }) {
    if (hasPassword && (isVerified || this.settings.mail.transport === 'none')) return;
    const purpose = hasPassword ? 'verify_email' : 'reset_password';
    await this.links.send(purpose, ownerOf(user), this.settings.accounts.defaultLanguage);
  }
}

function expectNone(fields: FieldFaults): void {
  if (Object.keys(fields).length > 0) throw new AppError('validation_failed', { fields });
}
