import { scrypt, type ScryptOptions } from 'node:crypto';
import { isSameText } from '../crypto/constant-time.js';
import type { HashReader } from './password-verifier.js';

/** Werkzeug: `scrypt:32768:8:1$<salt>$<64 bytes in hexadecimal>`; the characters of the salt are its bytes. */
const FORMAT = /^scrypt:([1-9]\d{0,6}):([1-9]\d?):([1-9]\d?)\$([!-#%-~]{1,64})\$([\da-f]{128})$/;

const DIGEST_BYTES = 64;

/** See docs/decisions/0019. Of `128 * N * r`, which is nearly all that scrypt needs at once. */
const MOST_MEMORY_BYTES = 64 * 1024 * 1024;

/** Of `128 * N * r * p`, which the time goes with. */
const MOST_WORK_BYTES = 256 * 1024 * 1024;

export const readWerkzeugScrypt: HashReader = (stored) => {
  const [, n = '', r = '', p = '', salt = '', digest = ''] = FORMAT.exec(stored) ?? [];
  if (!digest) return undefined;
  const options = optionsOf(Number(n), Number(r), Number(p));
  if (!options) return undefined;
  return async (password) => isSameText((await derive(password, salt, options)).toString('hex'), digest);
};

function optionsOf(N: number, r: number, p: number): ScryptOptions | undefined {
  const isPowerOfTwo = N > 1 && (N & (N - 1)) === 0;
  const memory = 128 * N * r;
  if (!isPowerOfTwo || memory > MOST_MEMORY_BYTES || memory * p > MOST_WORK_BYTES) return undefined;
  // RFC 7914, section 6, which OpenSSL holds to by an error: N < 2^(128 * r / 8).
  if (r === 1 && N >= 65_536) return undefined;
  // What OpenSSL counts: the big table, two blocks to work on, and one block for each p.
  return { N, r, p, maxmem: 128 * r * (N + 2 + p) };
}

function derive(password: string, salt: string, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, DIGEST_BYTES, options, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}
