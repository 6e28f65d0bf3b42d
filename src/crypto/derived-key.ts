import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

const BYTES = 32;

/** HKDF-SHA256 (RFC 5869): one secret serves several purposes, and none of the keys tells anything about another. */
export function derivedKey(secret: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `kunci ${purpose}`, BYTES)));
}
