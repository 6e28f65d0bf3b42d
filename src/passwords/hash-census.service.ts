import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { UsersService } from '../users/users.service.js';
import { costOf } from './bcrypt-sha256.js';
import { HASH_KINDS, type HashKind, kindOf } from './hash-kinds.js';

export interface HashCensus {
  readonly accounts: number;
  /** Those whose hash would not be made anew at their next login. */
  readonly upgraded: number;
  /** Of every kind, also of those that nobody has. */
  readonly kinds: Readonly<Record<HashKind, number>>;
}

/** Tells which kinds of hashes there are. Reads every account: for the command line, not for requests. */
@Injectable()
export class HashCensusService {
  private readonly cost: number;

  constructor(
    private readonly users: UsersService,
    @Inject(SETTINGS) { passwords }: Settings,
  ) {
    this.cost = passwords.bcryptCost;
  }

  async take(): Promise<HashCensus> {
    const kinds = Object.fromEntries(HASH_KINDS.map((kind) => [kind, 0])) as Record<HashKind, number>;
    let [accounts, upgraded] = [0, 0];
    for await (const hash of this.users.passwordHashes()) {
      kinds[kindOf(hash)] += 1;
      accounts += 1;
      if (costOf(hash) >= this.cost) upgraded += 1;
    }
    return { accounts, upgraded, kinds };
  }
}
