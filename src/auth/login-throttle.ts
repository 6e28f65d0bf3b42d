import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { clientKey } from '../http/client-key.js';
import { CountersService } from '../limits/counters.service.js';
import { LONGEST_QUEUE_MS } from '../passwords/calibration.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { canonicalEmail } from '../users/email-address.js';
import { DeviceStatements } from './device-statements.js';
import { type Attempt, FailureCounter } from './failure-counter.js';
import { tooManyRequests } from './too-many-requests.js';
import { Turnstile } from './turnstile.js';

/** Together at most 100 failures in a row for an account (NIST SP 800-63B-4, section 3.2.2). */
const ACCOUNT = { free: 10, most: 50 };

/** A school or an office may stand behind one address: it is slowed down like an account, but never for good. */
const ADDRESS = { name: 'address', free: 20, most: Infinity };

const HOUR = 3600;

/** Of one account in one process; more would not be hashed at once anyway. */
const AT_ONCE = 4;

/** Who tries to log in, as far as the request tells. */
export interface LoginClient {
  readonly address: string;
  /** What a browser kept of an earlier login: see `DeviceStatements`. */
  readonly statement?: string | undefined;
}

/** The account that is tried; without an id the address is nobody's, which nothing may show. */
export interface TriedAccount {
  readonly userId: number | undefined;
  readonly email: string;
}

interface Target extends TriedAccount {
  readonly key: string;
  /** How long failures count. Those of nobody expire, or guesses at random addresses would fill the store. */
  readonly keptSeconds: number;
}

/** What a tried login was counted by. */
interface Admission {
  readonly onAccount: Attempt;
  readonly fromAddress?: Attempt | undefined;
}

/**
 * Slows guessing down, from wherever it comes. An account has two counters of failures in a row, so that strangers who
 * use up theirs do not shut its owner out (docs/decisions/0012).
 */
@Injectable()
export class LoginThrottle {
  private readonly strangers: FailureCounter;
  private readonly known: FailureCounter;
  private readonly addresses: FailureCounter | null;
  private readonly turnstile = new Turnstile(AT_ONCE, LONGEST_QUEUE_MS);

  constructor(
    counters: CountersService,
    private readonly sessions: SessionsService,
    private readonly statements: DeviceStatements,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.strangers = new FailureCounter(counters, { name: 'strangers', ...ACCOUNT });
    this.known = new FailureCounter(counters, { name: 'known', ...ACCOUNT });
    this.addresses = settings.http.rateLimits ? new FailureCounter(counters, ADDRESS) : null;
  }

  /**
   * Compares if the account may be tried now. Counted as a failure before it is known to be none: a success resets
   * the account's counters, a comparison that throws gets its point back.
   * @throws AppError `too_many_requests` without running it, `service_unavailable` if too many try the same account
   */
  attempt(account: TriedAccount, client: LoginClient, verify: () => Promise<boolean>): Promise<boolean> {
    const target = targetOf(account);
    const isKnown = this.hasStatement(target, client);
    // Who is known waits in another line than strangers do.
    return this.turnstile.pass(`${isKnown ? 'known' : 'strangers'} ${target.key}`, () =>
      this.judge(target, client, isKnown, verify),
    );
  }

  /** As after a success: for who proved in another way to be the account's owner. */
  async reset(userId: number): Promise<void> {
    await this.forget(keyOfUser(userId));
  }

  private async judge(
    target: Target,
    client: LoginClient,
    isKnown: boolean,
    verify: () => Promise<boolean>,
  ): Promise<boolean> {
    const { onAccount, fromAddress } = await (isKnown ? this.admitKnown(target) : this.admitStranger(target, client));
    try {
      const matches = await verify();
      if (!matches) return false;
    } catch (error) {
      await onAccount.giveBack();
      await fromAddress?.giveBack();
      throw error;
    }
    await fromAddress?.giveBack();
    await this.forget(target.key);
    return true;
  }

  private async admitStranger(target: Target, client: LoginClient): Promise<Admission> {
    const fromAddress = await this.addresses?.begin(clientKey(client.address), HOUR);
    const isAddressRefused = fromAddress !== undefined && fromAddress.refusedSeconds > 0;
    const onAccount = isAddressRefused ? fromAddress : await this.strangers.begin(target.key, target.keptSeconds);
    if (onAccount.refusedSeconds === 0) return { onAccount, fromAddress };
    await fromAddress?.giveBack();
    // Asked for nobody too, in the same time.
    const isKnown = await this.sessions.hasUsedAddress(target.userId ?? 0, client.address);
    if (!isKnown) throw tooManyRequests(onAccount.refusedSeconds);
    return this.admitKnown(target);
  }

  private async admitKnown({ key, keptSeconds }: Target): Promise<Admission> {
    const onAccount = await this.known.begin(key, keptSeconds);
    if (onAccount.refusedSeconds > 0) throw tooManyRequests(onAccount.refusedSeconds);
    return { onAccount };
  }

  private hasStatement({ userId }: Target, { statement }: LoginClient): boolean {
    return userId !== undefined && statement !== undefined && this.statements.isAbout(userId, statement);
  }

  private async forget(key: string): Promise<void> {
    await this.strangers.reset(key);
    await this.known.reset(key);
  }
}

const keyOfUser = (userId: number) => `user:${userId}`;

function targetOf(account: TriedAccount): Target {
  const { userId, email } = account;
  if (userId !== undefined) return { ...account, key: keyOfUser(userId), keptSeconds: 0 };
  const hash = createHash('sha256').update(canonicalEmail(email)).digest('base64url');
  return { ...account, key: `nobody:${hash}`, keptSeconds: HOUR };
}
