import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { LoginClient } from '../auth/login-throttle.js';
import { Reauthentication } from '../auth/reauthentication.js';
import { newToken } from '../crypto/opaque-token.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import type { Text } from '../i18n/languages.js';
import { MailedLinks, ownerOf } from '../one-time-tokens/mailed-links.service.js';
import { OneTimeTokensService } from '../one-time-tokens/one-time-tokens.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { SessionsService, type Who } from '../sessions/sessions.service.js';
import { canonicalEmail } from '../users/email-address.js';
import { UsersService } from '../users/users.service.js';
import type { ChangeEmailDto } from './account.dto.js';

const OWN_ALREADY: Text = 'This is your address already.';

/**
 * Another address for an account. Each link speaks for the address that it was mailed to and no other, whatever was asked
 * for meanwhile (CVE-2026-32700); the old address can take the change back.
 */
@Injectable()
export class EmailChangeService {
  constructor(
    private readonly users: UsersService,
    private readonly tokens: OneTimeTokensService,
    private readonly links: MailedLinks,
    private readonly reauthentication: Reauthentication,
    private readonly sessions: SessionsService,
    private readonly passwords: PasswordsService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Nothing changes but that a mail goes to the new address, also if somebody has it: who asks may not learn that.
   * @throws AppError `wrong_password`, `too_many_requests`; `validation_failed`, if it is their own already
   */
  async request(
    { id }: Who,
    { email, password }: ChangeEmailDto,
    language: string,
    origin: RequestOrigin & LoginClient,
  ): Promise<void> {
    const user = await this.reauthentication.confirm(id, password, 'email_change', origin);
    if (email.trim() === user.email) throw new AppError('validation_failed', { fields: { email: [OWN_ALREADY] } });
    await this.links.ask('change_email', canonicalEmail(email), ownerOf(user, email.trim()), language);
    this.audit.record('authn_token_created', { origin, userId: id, detail: 'change_email' });
  }

  /**
   * @param language of the request
   * @throws AppError `invalid_link`; `email_taken`, if somebody else has the address by now
   */
  async confirm(token: string, language: string, origin: RequestOrigin): Promise<{ email: string }> {
    const found = await this.tokens.find('change_email', token);
    if (!found) throw new AppError('invalid_link');
    // Read before the link is used up: of two at once the slower one does not find the address that it read.
    const user = await this.users.findById(found.userId);
    // Whoever knew the password before this one may have asked for it.
    if (user?.passwordVersion !== found.passwordVersion) throw new AppError('invalid_link');
    const { email } = await this.tokens.consume('change_email', token);
    const before = (await this.links.takeTurn('undo_email_change', user.emailCanonical)) ? ownerOf(user) : null;
    // Before the change, so that an undo at the same time ends it with the others.
    const undo = await this.links.issue('undo_email_change', before);
    if (!(await this.users.changeEmail(user, email))) throw new AppError('invalid_link');
    this.audit.record('user_updated', { origin, userId: user.id, detail: 'email' });
    await this.links.mail('undo_email_change', undo, before, language);
    await this.tokens.revoke(user.id, 'change_email', 'reset_password', 'verify_email');
    return { email };
  }

  /**
   * The address before comes back. Whoever changed it knew the password: it opens nothing any more, nor does any session
   * or link, and the address gets a link to choose a new one. Of several changes in a row the oldest address wins.
   * @param language of the request
   * @throws AppError `invalid_link`; `email_taken`, and the link stays good
   */
  async undo(token: string, language: string, origin: RequestOrigin): Promise<{ email: string }> {
    const found = await this.tokens.find('undo_email_change', token);
    if (!found) throw new AppError('invalid_link');
    const holder = await this.users.findByEmail(found.email);
    if (holder && holder.id !== found.userId) throw new AppError('email_taken');
    // Before the link is used up, because there may be no room to hash now.
    const nobodysHash = await this.passwords.hash(newToken().toString('base64url'));
    const { userId, email, expiresAt } = await this.tokens.consume('undo_email_change', token);
    try {
      await this.users.restoreEmail(userId, email, nobodysHash);
    } catch (error) {
      await this.tokens.giveBack('undo_email_change', token);
      throw error;
    }
    this.audit.record('user_updated', { origin, userId, detail: 'email_undone' });
    await this.sessions.endEvery(userId, 'email_change_undone', origin);
    await this.tokens.revokeSince(userId, 'undo_email_change', expiresAt);
    await this.tokens.revoke(userId, 'reset_password', 'change_email', 'verify_email');
    const user = await this.users.findById(userId);
    if (user) await this.links.send('reset_password', ownerOf(user), language);
    return { email };
  }
}
