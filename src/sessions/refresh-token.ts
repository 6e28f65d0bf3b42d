import { createHash, createHmac, type KeyObject } from 'node:crypto';
import { hashToken, newToken, readToken, TOKEN_BYTES } from '../crypto/opaque-token.js';

/*
 * A refresh token is 72 bytes in base64url, 96 characters:
 *
 *     handle, 32 random bytes | secret, 32 bytes | checksum, 8 bytes
 *
 * The handle stays the same as long as the session lives and finds its row; the secret changes with each refresh. Who
 * comes with the handle and a secret that is not the newest holds an old token, which is told apart from a guess
 * without keeping a row for each token that ever was. Only SHA-256 of both is stored. The checksum (SHA-256 of the two)
 * tells a token that was damaged on its way from an old one: it proves nothing, and ends no session.
 *
 * The first secret is random. Each next one is HMAC-SHA256(key, handle | number of the rotation): whoever presents a
 * token that was rotated a moment ago gets the same successor from every process, and nothing in clear is kept for it.
 * Reading the database does not tell a handle, so it gives no token, even to one who has the key.
 */
const CHECKSUM_BYTES = 8;

/** What a presented refresh token says. */
export interface PresentedToken {
  readonly handle: Buffer;
  readonly handleHash: string;
  readonly secretHash: string;
}

export interface NewRefreshToken {
  readonly text: string;
  readonly handleHash: string;
  readonly secretHash: string;
}

export function newRefreshToken(): NewRefreshToken {
  return refreshToken(newToken(), newToken());
}

/** @returns null for a text that is no refresh token, or one that was damaged */
export function readRefreshToken(text: string): PresentedToken | null {
  const bytes = readToken(text, 2 * TOKEN_BYTES + CHECKSUM_BYTES);
  if (!bytes) return null;
  const [handle, secret] = [bytes.subarray(0, TOKEN_BYTES), bytes.subarray(TOKEN_BYTES, 2 * TOKEN_BYTES)];
  if (!checksum(handle, secret).equals(bytes.subarray(-CHECKSUM_BYTES))) return null;
  return { handle, handleHash: hashToken(handle), secretHash: hashToken(secret) };
}

/** The token after the given number of rotations. @param rotation 1 or more */
export function successor(handle: Buffer, rotation: number, key: KeyObject): NewRefreshToken {
  const secret = createHmac('sha256', key).update(handle).update(String(rotation)).digest();
  return refreshToken(handle, secret);
}

function refreshToken(handle: Buffer, secret: Buffer): NewRefreshToken {
  const text = Buffer.concat([handle, secret, checksum(handle, secret)]).toString('base64url');
  return { text, handleHash: hashToken(handle), secretHash: hashToken(secret) };
}

function checksum(handle: Buffer, secret: Buffer): Buffer {
  return createHash('sha256').update(handle).update(secret).digest().subarray(0, CHECKSUM_BYTES);
}
