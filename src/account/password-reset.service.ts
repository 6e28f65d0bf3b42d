import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { newToken } from '../crypto/opaque-token.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { MailedLinks } from '../one-time-tokens/mailed-links.service.js';
import { OneTimeTokensService } from '../one-time-tokens/one-time-tokens.service.js';
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
    const passwordHash = await this.newPasswords.hash(password);
    const { userId, email } = await this.tokens.consume('reset_password', token);
    // Before the password: a session that is ahead of its account ends with the others.
    const ended = await this.sessions.endEvery(userId, 'password_reset', origin);
    // The mail went to another address than the account has by now.
    if (!(await this.users.resetPassword(userId, email, passwordHash))) throw new AppError('invalid_link');
    await this.newPasswords.announce(user, language, origin, 'reset');
    return ended;
  }

  /**
   * For an account that somebody else got hold of: nobody knows its password any more, no session and no link that was
   * asked for opens anything, and its address, which its owner has back, gets the link to choose a new one.
   */
  async requireNewPassword(userId: number, language: string, origin: RequestOrigin): Promise<void> {
    await this.sessions.endEvery(userId, 'email_change_undone', origin);
    await this.users.replacePassword(userId, await this.newPasswords.hash(newToken().toString('base64url')));
    await this.tokens.revoke(userId, 'reset_password', 'change_email', 'verify_email');
    const user = await this.users.findById(userId);
    if (user) await this.links.send('reset_password', ownerOf(user), language);
  }

  private async findUser(token: string): Promise<User> {
    const found = await this.tokens.find('reset_password', token);
    const user = found && (await this.users.findById(found.userId));
    if (!user) throw new AppError('invalid_link');
    return user;
  }
}

const ownerOf = ({ id, email, language }: User) => ({ userId: id, email, language });
