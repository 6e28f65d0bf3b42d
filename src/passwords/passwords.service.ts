import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/env.js';
import { costOf, hashPassword, verifyPassword } from './bcrypt-sha256.js';

/** The only place that hashes or compares a password. */
@Injectable()
export class PasswordsService {
  private readonly cost: number;

  /** A hash that nothing matches, as costly as a real one: an unknown address must not answer sooner. */
  private readonly nobodysHash: string;

  constructor(@Inject(SETTINGS) { passwords }: Settings) {
    this.cost = passwords.bcryptCost;
    this.nobodysHash = `$bcrypt-sha256$v=2,t=2b,r=${this.cost}$${'.'.repeat(22)}$${'.'.repeat(31)}`;
  }

  hash(password: string): Promise<string> {
    return hashPassword(password, this.cost);
  }

  /**
   * Whether the password belongs to the hash. Takes the same time without a hash (nobody has that address), and for a
   * password that is no well-formed Unicode, which nobody can have registered.
   */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const matches = await verifyPassword(password, hash ?? this.nobodysHash);
    return matches && hash !== undefined && password.isWellFormed();
  }

  needsRehash(hash: string): boolean {
    return costOf(hash) < this.cost;
  }
}
