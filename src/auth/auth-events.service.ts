import { createHmac, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { derivedKey } from '../crypto/derived-key.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { limiterHits, logins } from '../monitoring/metrics.js';
import { canonicalEmail, isPossibleAddress } from '../users/email-address.js';
import type { User } from '../users/user.entity.js';
import { FirstRefusals } from './first-refusals.js';

/** 96 bits: two addresses do not meet, and nobody finds one without the key. */
const EMAIL_HASH_LENGTH = 16;

/** Why somebody who is known did not get in. */
export type Refusal = 'wrong_password' | 'account_locked' | 'email_not_verified';

/** What somebody who is logged in wanted to do, and was asked for the password again. */
export type Reconfirmed = 'password_change' | 'email_change' | 'account_deletion';

/** Tells of registrations and logins, without an address or a password in it. */
@Injectable()
export class AuthEvents {
  private readonly emailKey: KeyObject;
  private readonly refusals = new FirstRefusals();

  constructor(
    private readonly audit: AuditService,
    @Inject(SETTINGS) { secrets }: Settings,
  ) {
    this.emailKey = derivedKey(secrets.current, 'audit email');
  }

  registered({ id }: User, origin: RequestOrigin): void {
    this.audit.record('user_created', { origin, userId: id });
  }

  loggedIn({ id }: User, origin: RequestOrigin): void {
    logins.inc({ outcome: 'success' });
    this.audit.record('authn_login_success', { origin, userId: id });
  }

  /** @returns what the client is told */
  refused(reason: Refusal, { id }: User, origin: RequestOrigin): AppError {
    logins.inc({ outcome: reason });
    this.audit.record('authn_login_fail', { origin, userId: id, detail: reason });
    return new AppError(reason === 'wrong_password' ? 'invalid_credentials' : reason);
  }

  /** @returns what the client is told */
  refusedAgain(what: Reconfirmed, { id }: User, origin: RequestOrigin): AppError {
    const isChange = what === 'password_change';
    const event = isChange ? 'authn_password_change_fail' : 'authn_login_fail';
    this.audit.record(event, { origin, userId: id, detail: isChange ? 'wrong_password' : what });
    return new AppError('wrong_password');
  }

  /**
   * The account was tried too often; an address that is nobody's is told of as any other.
   * @returns what the client is told
   */
  throttled(refused: unknown, email: string, user: User | null, origin: RequestOrigin): unknown {
    if (!(refused instanceof AppError && refused.code === 'too_many_requests')) return refused;
    logins.inc({ outcome: 'throttled' });
    limiterHits.inc({ limit: 'account' });
    const hash = this.hashOf(email);
    if (this.refusals.isFirst(hash, Number(refused.headers['retry-after']) * 1000)) {
      const who = user ? { userId: user.id } : { detail: `unknown_user ${hash}` };
      this.audit.record('authn_login_lock', { origin, ...who });
    }
    return refused;
  }

  /**
   * People type passwords into the wrong field: what is kept of an address only tells it from others.
   * @returns what the client is told: the same as for a wrong password
   */
  unknownUser(email: string, origin: RequestOrigin): AppError {
    logins.inc({ outcome: 'unknown_user' });
    const detail = isPossibleAddress(email) ? `unknown_user ${this.hashOf(email)}` : 'unknown_user';
    this.audit.record('authn_login_fail', { origin, detail });
    return new AppError('invalid_credentials');
  }

  private hashOf(email: string): string {
    const hash = createHmac('sha256', this.emailKey).update(canonicalEmail(email)).digest('base64url');
    return hash.slice(0, EMAIL_HASH_LENGTH);
  }
}
