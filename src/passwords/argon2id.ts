import { hashRaw } from '@node-rs/argon2';
import { isSameText } from '../crypto/constant-time.js';
import type { HashReader } from './password-verifier.js';

/** The PHC form: `$argon2id$v=19$m=65536,t=3,p=4$<salt>$<hash>`, both in base64 without padding. m is in KiB. */
const FORMAT =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,5}),t=([1-9]\d{0,2}),p=([1-9]\d?)\$([A-Za-z\d+/]{11,86})\$([A-Za-z\d+/]{22,86})$/;

/** See docs/decisions/0019. */
const MOST_MEMORY_KIB = 128 * 1024;
const MOST_LANES = 16;

/** Of m times t: what is written in all passes together, which the time goes with. */
const MOST_WORK_KIB = 2 * 1024 * 1024;

export const readArgon2id: HashReader = (stored) => {
  const [, m = '', t = '', p = '', saltText = '', digest = ''] = FORMAT.exec(stored) ?? [];
  const [salt, outputLen] = [bytesOf(saltText), bytesOf(digest)?.length];
  if (!salt || !outputLen || !isBearable(Number(m), Number(t), Number(p))) return undefined;
  // Argon2id and version 19 are what the package does unless told otherwise.
  const options = { memoryCost: Number(m), timeCost: Number(t), parallelism: Number(p), salt, outputLen };
  return async (password) => isSameText(unpadded(await hashRaw(password, options)), digest);
};

/** argon2 itself wants eight blocks of a KiB for each lane. */
function isBearable(m: number, t: number, p: number): boolean {
  return m >= 8 * p && m <= MOST_MEMORY_KIB && m * t <= MOST_WORK_KIB && p <= MOST_LANES;
}

/** @returns undefined unless the text is the one way to write these bytes */
function bytesOf(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return unpadded(bytes) === text && text !== '' ? bytes : undefined;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
