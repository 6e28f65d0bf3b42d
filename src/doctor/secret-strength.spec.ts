import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ENOUGH_BITS, estimateBits } from './secret-strength.js';

/** Looks like chance and is the same in every run. */
const digest = (seed: number) => createHash('sha512').update(String(seed)).digest();

describe('estimateBits', () => {
  it.each([
    'the moon over the river is a silver penny',
    'correct-horse-battery-staple-for-us',
    'KunciProductionSecretOfOurCompany',
    'seed-recording-secret-0123456789abcdef',
    'Passwort1234Passwort1234Passwort1234',
    '12345678901234567890123456789012',
    'abababababababababababababababababababab',
    '',
    'a',
  ])('finds too little in %s', (secret) => {
    expect(estimateBits(secret)).toBeLessThan(ENOUGH_BITS);
  });

  it.each([
    ['openssl rand -base64 48', (seed: number) => digest(seed).subarray(0, 48).toString('base64')],
    ['openssl rand -base64 32', (seed: number) => digest(seed).subarray(0, 32).toString('base64')],
    ['openssl rand -hex 32', (seed: number) => digest(seed).subarray(0, 32).toString('hex')],
    [
      '40 letters and digits',
      (seed: number) =>
        BigInt(`0x${digest(seed).toString('hex')}`)
          .toString(36)
          .slice(0, 40),
    ],
  ])('finds enough in all of a thousand of: %s', (_how, make) => {
    const weak = Array.from({ length: 1000 }, (_, seed) => make(seed)).filter(
      (secret) => estimateBits(secret) < ENOUGH_BITS,
    );
    expect(weak).toEqual([]);
  });

  it('counts the words of a long passphrase', () => {
    const words = ['abacus', 'mulberry', 'trombone', 'glacier', 'pewter', 'lantern', 'quarry', 'saffron', 'tundra'];
    expect(estimateBits(words.join(' '))).toBeGreaterThan(ENOUGH_BITS);
    expect(estimateBits(words.slice(0, 5).join(' '))).toBeLessThan(ENOUGH_BITS);
  });

  it('is never more than chance can hold', () => {
    expect(estimateBits(randomUUID())).toBeLessThan(36 * 5);
    expect(estimateBits(randomBytes(8).toString('hex'))).toBeLessThan(ENOUGH_BITS);
  });
});
