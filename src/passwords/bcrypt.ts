import bcrypt from 'bcrypt';
import { isSameText } from '../crypto/constant-time.js';
import type { HashReader } from './password-verifier.js';

/*
 * bcrypt as PHP, Laravel, Devise, Spring, Node and many others store it:
 *
 *     $2b$12$<salt, 22 characters><digest, 31 characters>
 *
 * `2a`, `2b` and `2y` are the same function but for passwords of 255 bytes and more, which some makers of `2a` got wrong
 * in the year 2014; those are verified as everybody else does.
 */
const FORMAT = /^\$2[aby]\$(\d{2})\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;

const LEAST_COST = 4;

/** log2 rounds; each step takes twice as long. See docs/decisions/0019. */
const MOST_COST = 14;

export const readBcrypt: HashReader = (stored) => {
  const [, cost = '', salt = '', digest = ''] = FORMAT.exec(stored) ?? [];
  if (!digest || !isBearableCost(Number(cost))) return undefined;
  return async (password) => {
    for (const bytes of readingsOf(password)) {
      if (isSameText(await bcryptDigest(bytes, Number(cost), salt), digest)) return true;
    }
    return false;
  };
};

/** @param most log2 rounds */
export function isBearableCost(cost: number, most = MOST_COST): boolean {
  return cost >= LEAST_COST && cost <= most;
}

/** Reads the first 72 bytes, a NUL among them too. @returns the 31 characters that follow the salt */
export async function bcryptDigest(password: string | Buffer, cost: number, salt: string): Promise<string> {
  const hash = await bcrypt.hash(password, `$2b$${String(cost).padStart(2, '0')}$${salt}`);
  return hash.slice(-31);
}

/**
 * Whoever calls crypt(3), PHP above all, stops reading at a NUL; Node and Go read on; Python and Ruby refuse it. The hash
 * does not say who made it, so what either of them verified is verified.
 */
function readingsOf(password: string): Buffer[] {
  const bytes = Buffer.from(password, 'utf8');
  const nul = bytes.indexOf(0);
  return nul === -1 ? [bytes] : [bytes, bytes.subarray(0, nul)];
}
