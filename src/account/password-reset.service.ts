import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { MailedLinks, ownerOf } from '../one-time-tokens/mailed-links.service.js';
import { OneTimeTokensService } from '../one-time-tokens/one-time-tokens.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { canonicalEmail, isPossibleAddress } from '../users/email-address.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { NewPasswords } from './new-passwords.js';

/** A new password for who forgot the old one, by a link that only the owner of the mailbox gets. */
@Injectable()
export class PasswordResetService {
  constructor(
    private readonly users: UsersService,
    private readonly tokens: OneTimeTokensService,
    private readonly links: MailedLinks,
    private readonly sessions: SessionsService,
    private readonly passwords: PasswordsService,
    private readonly newPasswords: NewPasswords,
    private readonly audit: AuditService,
  ) {}

  /** The same in the same time, whether somebody has the address or nobody. */
  async request(email: string, language: string, origin: RequestOrigin): Promise<void> {
    // What can be nobody's address is no secret.
    if (!isPossibleAddress(email)) return;
    const user = await this.users.findByEmail(email);
    await this.links.ask('reset_password', canonicalEmail(email), user && ownerOf(user), language);
    this.audit.record('authn_token_created', { origin, ...(user && { userId: user.id }), detail: 'reset_password' });
  }

  /**
   * The link is used up only by a password that is taken. All sessions end; a lock by an operator stays.
   * @param language of the request
   * @returns how many sessions ended
   * @throws AppError `invalid_link`; `validation_failed` about `password`
   */
  async reset(token: string, password: string, language: string, origin: RequestOrigin): Promise<number> {
    const user = await this.findUser(token);
    await this.newPasswords.check(password, 'password', user);
    // Before the link is used up, because there may be no room to hash now.
    const passwordHash = await this.passwords.hash(password);
    await this.tokens.consume('reset_password', token);
    if (!(await this.users.resetPassword(user, passwordHash))) throw new AppError('invalid_link');
    await this.newPasswords.announce(user, language, origin, 'reset');
    // By name, after the account: one that had gone ahead for a change of password ends with the others.
    return this.sessions.endEvery(user.id, 'password_reset', origin);
  }

  /** Whose password the link may change: it speaks for the address and the password that the account had then. */
  private async findUser(token: string): Promise<User> {
    const found = await this.tokens.find('reset_password', token);
    if (!found) throw new AppError('invalid_link');
    const user = await this.users.findById(found.userId);
    if (user?.passwordVersion !== found.passwordVersion) throw new AppError('invalid_link');
    if (user.email !== found.email) throw new AppError('invalid_link');
    return user;
  }
}
