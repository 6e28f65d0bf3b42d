import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HashKind } from '../../src/passwords/hash-kinds.js';

export interface HashVector {
  readonly kind: Exclude<HashKind, 'unknown'>;
  /** What made the hash. hashlib, Werkzeug, Django, passlib, bcrypt and argon2-cffi are Python's. */
  readonly by: string;
  readonly password: string;
  readonly hash: string;
  /** Near to the right one, and refused by what made the hash. */
  readonly wrongPassword: string;
}

/** Hashes that other systems made, of every kind that is verified. None was made by the code that they test. */
export const HASH_VECTORS = JSON.parse(
  readFileSync(join(import.meta.dirname, 'hash-vectors.json'), 'utf8'),
) as readonly HashVector[];

/** One of the quickest to verify, where the kind makes no difference. */
export const FOREIGN_VECTOR = HASH_VECTORS.find(({ by }) => by.startsWith('PHP password_hash'))!;
