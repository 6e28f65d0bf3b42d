import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { costOf, hashPassword, verifyPassword } from './bcrypt-sha256.js';
import { verifierOf } from './hash-kinds.js';
import { HashingGate } from './hashing-gate.js';

/** The only place that hashes or compares a password. */
@Injectable()
export class PasswordsService {
  private readonly cost: number;

  /** A hash that nothing matches, as costly as a real one: an unknown address must not answer sooner. */
  private readonly nobodysHash: string;

  constructor(
    private readonly gate: HashingGate,
    @Inject(SETTINGS) { passwords }: Settings,
  ) {
    this.cost = passwords.bcryptCost;
    this.nobodysHash = `$bcrypt-sha256$v=2,t=2b,r=${this.cost}$${'.'.repeat(22)}$${'.'.repeat(31)}`;
  }

  /** @throws AppError `service_unavailable` when too many others are waiting for theirs, as all that hash */
  hash(password: string): Promise<string> {
    return this.gate.run(() => hashPassword(password, this.cost));
  }

  /**
   * Whether the password belongs to the hash, of our kind or of one that came from elsewhere. Takes the time of ours
   * without a hash (nobody has that address) and for one that nothing matches; and no less for a password that is no
   * well-formed Unicode, which nobody can have registered.
   * @throws AppError `service_unavailable` as `hash`
   */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const verifier = hash === undefined ? undefined : verifierOf(hash);
    const verify = verifier ?? ((tried) => verifyPassword(tried, this.nobodysHash));
    const matches = await this.gate.run(() => verify(password));
    return matches && verifier !== undefined && password.isWellFormed();
  }

  /**
   * Does what leads up to a comparison, in a place of those who wait for one.
   * @throws AppError `service_unavailable` without doing it, if comparing would take too long now
   */
  whileThereIsRoom<T>(work: () => Promise<T>): Promise<T> {
    return this.gate.occupy(work);
  }

  /** Every kind but ours does, and ours of a lower cost than is set now. */
  needsRehash(hash: string): boolean {
    return costOf(hash) < this.cost;
  }
}
