import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { isSameText } from '../crypto/constant-time.js';
import type { HashReader } from './password-verifier.js';

const derive = promisify(pbkdf2);

/*
 * Werkzeug:  pbkdf2:sha256:600000$<salt>$<digest in hexadecimal>
 * Django:    pbkdf2_sha256$600000$<salt>$<digest in base64>
 *
 * Both use the characters of the salt as its bytes. Werkzeug never stores a hash without its iterations, which each of
 * its versions would read as another number.
 */
const WERKZEUG = /^pbkdf2:(sha1|sha256|sha512):([1-9]\d{0,6})\$([!-#%-~]{1,64})\$([\da-f]{40,128})$/;
const DJANGO = /^pbkdf2_sha256\$([1-9]\d{0,6})\$([!-#%-~]{1,64})\$([A-Za-z\d+/]{43}=)$/;

/** See docs/decisions/0019. */
const MOST_ITERATIONS = 3_000_000;

const DIGEST_BYTES = new Map([
  ['sha1', 20],
  ['sha256', 32],
  ['sha512', 64],
]);

export const readWerkzeugPbkdf2: HashReader = (stored) => {
  const [, hash = '', iterations = '', salt = '', digest = ''] = WERKZEUG.exec(stored) ?? [];
  const bytes = DIGEST_BYTES.get(hash);
  if (digest.length / 2 !== bytes || Number(iterations) > MOST_ITERATIONS) return undefined;
  return async (password) => {
    const derived = await derive(password, salt, Number(iterations), bytes, hash);
    return isSameText(derived.toString('hex'), digest);
  };
};

export const readDjangoPbkdf2: HashReader = (stored) => {
  const [, iterations = '', salt = '', digest = ''] = DJANGO.exec(stored) ?? [];
  if (!digest || Number(iterations) > MOST_ITERATIONS) return undefined;
  return async (password) => {
    const derived = await derive(password, salt, Number(iterations), 32, 'sha256');
    return isSameText(derived.toString('base64'), digest);
  };
};
