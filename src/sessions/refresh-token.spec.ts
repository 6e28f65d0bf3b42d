import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newRefreshToken, readRefreshToken, successor } from './refresh-token.js';

const KEY = createSecretKey(Buffer.alloc(32, 1));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64url');

describe('a refresh token', () => {
  it('is 512 random bits and a checksum, known by the hashes of its halves', () => {
    const { text, handleHash, secretHash } = newRefreshToken();
    const bytes = Buffer.from(text, 'base64url');
    expect(text).toMatch(/^[\w-]{96}$/);
    const secret = bytes.subarray(32, 64);
    expect([handleHash, secretHash]).toEqual([sha256(bytes.subarray(0, 32)), sha256(secret)]);
    expect(readRefreshToken(text)).toEqual({ handle: bytes.subarray(0, 32), handleHash, secretHash });
    const tokens = Array.from({ length: 1_000 }, () => newRefreshToken());
    expect(new Set(tokens.flatMap((token) => [token.handleHash, token.secretHash])).size).toBe(2_000);
  });

  it('has one successor a rotation and a key, with the same handle', () => {
    const { text, handleHash, secretHash } = newRefreshToken();
    const handle = Buffer.from(text, 'base64url').subarray(0, 32);
    const first = successor(handle, 1, KEY);
    expect(successor(handle, 1, KEY)).toEqual(first);
    expect(first.handleHash).toBe(handleHash);
    const others = [successor(handle, 2, KEY), successor(handle, 1, createSecretKey(Buffer.alloc(32, 2)))];
    expect(new Set([secretHash, first.secretHash, ...others.map((other) => other.secretHash)]).size).toBe(4);
    const secret = createHmac('sha256', KEY).update(handle).update('1').digest();
    expect(Buffer.from(first.text, 'base64url').subarray(0, 64)).toEqual(Buffer.concat([handle, secret]));
  });

  it('is not read if any of its bits is another one', () => {
    const bytes = Buffer.from(newRefreshToken().text, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readRefreshToken(damaged.toString('base64url'))).toBeNull();
    }
  });

  const good = newRefreshToken().text;
  it.each([
    ['nothing', ''],
    ['a word', 'token'],
    ['a character less', good.slice(0, -1)],
    ['a character more', `${good}A`],
    ['padding', `${good}==`],
    ['a blank', `${good.slice(0, -1)} `],
    ['the other base64', Buffer.alloc(64, 0xff).toString('base64').slice(0, 96)],
    ['zeros', 'A'.repeat(96)],
    ['letters of another script', 'я'.repeat(96)],
  ])('is not read from %s', (_what, text) => {
    expect(readRefreshToken(text)).toBeNull();
  });
});
