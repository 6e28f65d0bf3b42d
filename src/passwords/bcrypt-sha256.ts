import { createHmac } from 'node:crypto';
import bcrypt from 'bcrypt';

/*
 * passlib's `bcrypt_sha256`, version 2:
 *
 *     $bcrypt-sha256$v=2,t=2b,r=12$<salt, 22 characters>$<digest, 31 characters>
 *
 * bcrypt reads at most 72 bytes and stops at a NUL. So the password goes through HMAC-SHA256 first, keyed with the salt
 * so that a digest from elsewhere cannot be tried as a password, and the base64 of that, 44 characters without NUL, is
 * what bcrypt sees. https://passlib.readthedocs.io/en/stable/lib/passlib.hash.bcrypt_sha256.html
 */
const FORMAT = /^\$bcrypt-sha256\$v=2,t=2b,r=(\d{1,2})\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/;

/** @param cost bcrypt's log2 rounds */
export async function hashPassword(password: string, cost: number): Promise<string> {
  const settings = await bcrypt.genSalt(cost);
  const salt = settings.slice(-22);
  const hash = await bcrypt.hash(prehash(password, salt), settings);
  return `$bcrypt-sha256$v=2,t=2b,r=${cost}$${salt}$${hash.slice(-31)}`;
}

/** Compares in constant time. A hash of another kind never matches. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, cost = '', salt = '', digest = ''] = FORMAT.exec(stored) ?? [];
  if (!digest) return false;
  return bcrypt.compare(prehash(password, salt), `$2b$${cost.padStart(2, '0')}$${salt}${digest}`);
}

/** @returns the log2 rounds of a stored hash, or 0 if it is of another kind */
export function costOf(stored: string): number {
  return Number(FORMAT.exec(stored)?.[1] ?? 0);
}

function prehash(password: string, salt: string): string {
  return createHmac('sha256', salt).update(password, 'utf8').digest('base64');
}
