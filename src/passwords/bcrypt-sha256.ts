import { createHash, createHmac } from 'node:crypto';
import bcrypt from 'bcrypt';
import { isSameText } from '../crypto/constant-time.js';
import { bcryptDigest, isBearableCost } from './bcrypt.js';
import type { HashReader } from './password-verifier.js';

/*
 * passlib's `bcrypt_sha256`, version 2:
 *
 *     $bcrypt-sha256$v=2,t=2b,r=12$<salt, 22 characters>$<digest, 31 characters>
 *
 * bcrypt reads at most 72 bytes and stops at a NUL. So the password goes through HMAC-SHA256 first, keyed with the salt
 * so that a digest from elsewhere cannot be tried as a password, and the base64 of that, 44 characters without NUL, is
 * what bcrypt sees. https://passlib.readthedocs.io/en/stable/lib/passlib.hash.bcrypt_sha256.html
 */
const FORMAT = /^\$bcrypt-sha256\$v=2,t=2b,r=([1-9]\d?)\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/;

/** Version 1, which passlib made before 1.7.3: SHA-256 without a key. */
const FORMAT_1 = /^\$bcrypt-sha256\$2[ab],([1-9]\d?)\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/;

/** What `BCRYPT_COST` can be set to. */
const OUR_MOST_COST = 15;

/** @param cost bcrypt's log2 rounds */
export async function hashPassword(password: string, cost: number): Promise<string> {
  const salt = (await bcrypt.genSalt(cost)).slice(-22);
  const digest = await bcryptDigest(prehash(password, salt), cost, salt);
  return `$bcrypt-sha256$v=2,t=2b,r=${cost}$${salt}$${digest}`;
}

/** Compares in constant time. A hash of another kind never matches. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  return (await readBcryptSha256(stored)?.(password)) ?? false;
}

export const readBcryptSha256: HashReader = (stored) => {
  const [, , salt = '', digest = ''] = FORMAT.exec(stored) ?? [];
  const cost = costOf(stored);
  if (cost === 0) return undefined;
  return async (password) => isSameText(await bcryptDigest(prehash(password, salt), cost, salt), digest);
};

export const readBcryptSha256Version1: HashReader = (stored) => {
  const [, cost = '', salt = '', digest = ''] = FORMAT_1.exec(stored) ?? [];
  if (!digest || !isBearableCost(Number(cost))) return undefined;
  return async (password) => {
    const bytes = createHash('sha256').update(password, 'utf8').digest('base64');
    return isSameText(await bcryptDigest(bytes, Number(cost), salt), digest);
  };
};

/** @returns the log2 rounds of a stored hash, or 0 if it is of another kind, or none that we verify */
export function costOf(stored: string): number {
  const cost = Number(FORMAT.exec(stored)?.[1]);
  return isBearableCost(cost, OUR_MOST_COST) ? cost : 0;
}

function prehash(password: string, salt: string): string {
  return createHmac('sha256', salt).update(password, 'utf8').digest('base64');
}
