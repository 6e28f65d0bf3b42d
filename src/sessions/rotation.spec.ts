import { describe, expect, it } from '@jest/globals';
import { judge, rotatedSecretsAfter, type Secrets } from './rotation.js';

const NOW = 1_800_000_000_000;
const GRACE = 10;

const session: Secrets = {
  refreshSecretHash: 'newest',
  rotatedSecrets: [
    ['old', NOW - 10_001],
    ['edge', NOW - 10_000],
    ['recent', NOW - 5_000],
    ['clock ahead', NOW + 2_000],
  ],
};

describe('judge', () => {
  it.each([
    ['newest', 'newest'],
    ['recent', 'rotated_just_now'],
    ['edge', 'rotated_just_now'],
    ['clock ahead', 'rotated_just_now'],
    ['old', 'reused'],
    ['unknown', 'reused'],
    ['', 'reused'],
  ] as const)('says of the secret "%s": %s', (secretHash, verdict) => {
    expect(judge(session, secretHash, NOW, GRACE)).toBe(verdict);
  });

  it('knows no token of just now without a grace time', () => {
    const rotated: Secrets = { refreshSecretHash: 'newest', rotatedSecrets: [['recent', NOW - 1]] };
    expect(judge(rotated, 'recent', NOW, 0)).toBe('reused');
    expect(judge(rotated, 'newest', NOW, 0)).toBe('newest');
  });

  it('knows no old token of a session that was never refreshed', () => {
    const fresh: Secrets = { refreshSecretHash: 'newest', rotatedSecrets: null };
    expect(judge(fresh, 'newest', NOW, GRACE)).toBe('newest');
    expect(judge(fresh, 'other', NOW, GRACE)).toBe('reused');
  });
});

describe('rotatedSecretsAfter', () => {
  it('keeps what is within the grace time, and the secret that is rotated now', () => {
    expect(rotatedSecretsAfter(session, NOW, GRACE)).toEqual([
      ['edge', NOW - 10_000],
      ['recent', NOW - 5_000],
      ['clock ahead', NOW + 2_000],
      ['newest', NOW],
    ]);
  });

  it('starts with the first rotation', () => {
    const fresh: Secrets = { refreshSecretHash: 'first', rotatedSecrets: null };
    expect(rotatedSecretsAfter(fresh, NOW, GRACE)).toEqual([['first', NOW]]);
  });

  it('keeps the newest hundred', () => {
    const rotatedSecrets = Array.from({ length: 150 }, (_, i) => [`secret ${i}`, NOW] as const);
    const kept = rotatedSecretsAfter({ refreshSecretHash: 'newest', rotatedSecrets }, NOW, GRACE);
    expect([kept.length, kept[0]?.[0], kept.at(-1)?.[0]]).toEqual([100, 'secret 51', 'newest']);
  });
});
