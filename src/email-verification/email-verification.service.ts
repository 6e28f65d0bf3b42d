import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { Outbox } from '../mail/outbox.service.js';
import { MailedLinks, ownerOf } from '../one-time-tokens/mailed-links.service.js';
import { OneTimeTokensService } from '../one-time-tokens/one-time-tokens.service.js';
import { canonicalEmail, isPossibleAddress } from '../users/email-address.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';

/** Lets people show that mail to their address reaches them. */
@Injectable()
export class EmailVerificationService {
  constructor(
    private readonly users: UsersService,
    private readonly tokens: OneTimeTokensService,
    private readonly links: MailedLinks,
    private readonly outbox: Outbox,
    private readonly audit: AuditService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** For a new account. */
  async start(user: User, language: string): Promise<void> {
    await this.links.ask('verify_email', user.emailCanonical, ownerOf(user), language);
  }

  /**
   * For who registers an address that is taken: its owner gets a mail instead. As many writes as for a new account, the
   * first token in place of its row, so that the answer takes as long.
   */
  async startForOwner(email: string, language: string): Promise<void> {
    const owner = await this.users.findByEmail(email);
    await this.links.issue('verify_email', null);
    const isWithin = await this.links.takeTurn('verify_email', canonicalEmail(email));
    await this.links.issue('verify_email', null);
    const { publicUrl } = this.settings.mail;
    await this.outbox.add({
      template: 'already-registered',
      to: isWithin && owner ? owner.email : null,
      language: owner?.language ?? language,
      values: { link: `${publicUrl}/login`, resetLink: `${publicUrl}/forgot-password` },
    });
  }

  /** The same in the same time for everybody; only who waits to be verified gets a mail. */
  async resend(email: string, language: string): Promise<void> {
    // What can be nobody's address is no secret.
    if (!isPossibleAddress(email)) return;
    const user = await this.users.findByEmail(email);
    const isWaiting = user !== null && user.emailVerifiedAt === null;
    await this.links.ask('verify_email', canonicalEmail(email), isWaiting ? ownerOf(user) : null, language);
  }

  /** @throws AppError `invalid_link`, also if the account has another address by now */
  async verify(token: string, origin: RequestOrigin): Promise<{ email: string }> {
    const { userId, email } = await this.tokens.consume('verify_email', token);
    if (!(await this.users.markEmailVerified(userId, email))) throw new AppError('invalid_link');
    this.audit.record('user_updated', { origin, userId, detail: 'email_verified' });
    return { email };
  }
}
