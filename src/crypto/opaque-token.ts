import { createHash, randomBytes } from 'node:crypto';

/** 256 bits: nobody finds one by trying. */
export const TOKEN_BYTES = 32;

export function newToken(): Buffer {
  return randomBytes(TOKEN_BYTES);
}

/**
 * What is stored of a token: SHA-256, 43 characters of base64url. A token of 256 random bits needs no slow hash, and
 * being looked up by its hash it needs no comparison in constant time either.
 */
export function hashToken(token: Uint8Array): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** @returns the bytes of a base64url text in its one canonical spelling, or null */
export function readToken(text: string, bytes: number): Buffer | null {
  if (text.length !== Math.ceil((bytes * 4) / 3)) return null;
  const token = Buffer.from(text, 'base64url');
  return token.length === bytes && token.toString('base64url') === text ? token : null;
}
