import { readArgon2id } from './argon2id.js';
import { readBcryptSha256, readBcryptSha256Version1 } from './bcrypt-sha256.js';
import { readBcrypt } from './bcrypt.js';
import type { HashReader, Verifier } from './password-verifier.js';
import { readDjangoPbkdf2, readWerkzeugPbkdf2 } from './pbkdf2.js';
import { readWerkzeugScrypt } from './scrypt.js';

/** All that is ever verified. Only `kunci` is made here; the others came with users of other systems. */
const READERS = [
  ['kunci', readBcryptSha256],
  ['werkzeug-scrypt', readWerkzeugScrypt],
  ['werkzeug-pbkdf2', readWerkzeugPbkdf2],
  ['bcrypt', readBcrypt],
  ['django-pbkdf2-sha256', readDjangoPbkdf2],
  ['passlib-bcrypt-sha256', readBcryptSha256Version1],
  ['argon2id', readArgon2id],
] as const satisfies readonly (readonly [string, HashReader])[];

/** `unknown` matches no password: its format is another one, is damaged, or costs more than a login may. */
export type HashKind = (typeof READERS)[number][0] | 'unknown';

export const HASH_KINDS: readonly HashKind[] = [...READERS.map(([kind]) => kind), 'unknown'];

export function kindOf(stored: string): HashKind {
  return READERS.find(([, read]) => read(stored))?.[0] ?? 'unknown';
}

/** @returns undefined for what is `unknown` */
export function verifierOf(stored: string): Verifier | undefined {
  for (const [, read] of READERS) {
    const verifier = read(stored);
    if (verifier) return verifier;
  }
  return undefined;
}
