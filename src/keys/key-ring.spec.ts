import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { headerOf, KeyRing, type RingKey, sharedKey } from './key-ring.js';

const NOW = 1_800_000_000_000;
const shared = sharedKey(createSecretKey(Buffer.alloc(32, 1)), true);
const previous = sharedKey(createSecretKey(Buffer.alloc(32, 2)), false);

function pair(kid: string, changes: Partial<RingKey> = {}): RingKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const times = { signsFromMs: NOW - 1_000, retiredAtMs: Infinity, verifiesUntilMs: Infinity };
  return { kid, alg: 'ES256', verifier: publicKey, signer: privateKey, ...times, ...changes };
}

const next = pair('next', { signsFromMs: NOW + 1 });
const newest = pair('newest', { signsFromMs: NOW });
const older = pair('older', { signsFromMs: NOW - 5_000 });
const retired = pair('retired', { retiredAtMs: NOW, verifiesUntilMs: NOW + 1 });
const expired = pair('expired', { retiredAtMs: NOW - 5_000, verifiesUntilMs: NOW });
const sealed = pair('sealed', { signer: undefined as never, signsFromMs: NOW });

describe('KeyRing.signerAt', () => {
  it.each([
    ['the shared secret if there is nothing else', [previous, shared], shared],
    ['a key pair before the shared secret', [shared, older], older],
    ['the newest of several', [newest, shared, older], newest],
    ['none whose time has not come', [shared, older, next], older],
    ['none that is retired', [shared, retired, expired], shared],
    ['none whose private key is missing', [shared, older, sealed], older],
  ])('is %s', (_what, keys, expected) => {
    expect(new KeyRing(keys).signerAt(NOW)).toBe(expected);
  });
});

describe('KeyRing.verifierOf', () => {
  const ring = new KeyRing([previous, shared, next, newest, retired, expired]);
  const tokenWith = (header: object) => `${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30.sig`;

  it.each([
    ['the shared secret', shared],
    ['the secret before it', previous],
    ['the key that signs', newest],
    ['the next key', next],
    ['a retired key', retired],
  ])('knows a token of %s', (_what, key) => {
    expect(ring.verifierOf(tokenWith(headerOf(key)), NOW)).toBe(key);
  });

  it('forgets a key whose last token has expired', () => {
    expect(ring.verifierOf(tokenWith(headerOf(expired)), NOW)).toBeUndefined();
    expect(ring.verifierOf(tokenWith(headerOf(retired)), NOW + 1)).toBeUndefined();
  });

  it.each([
    ['another algorithm', { ...headerOf(newest), alg: 'HS256' }],
    ['another type', { ...headerOf(newest), typ: 'JWT' }],
    ['another key id', { ...headerOf(newest), kid: 'other' }],
    ['the id of one key and the algorithm of another', { ...headerOf(shared), alg: 'ES256' }],
    ['one member more', { ...headerOf(newest), jwk: {} }],
    ['an empty header', {}],
  ])('knows no token with %s', (_what, header) => {
    expect(ring.verifierOf(tokenWith(header), NOW)).toBeUndefined();
  });

  it.each(['', '.', '..', 'x', '__proto__.a.b', 'constructor.a.b'])('knows no token "%s"', (token) => {
    expect(ring.verifierOf(token, NOW)).toBeUndefined();
  });
});

describe('KeyRing.publicJwks', () => {
  it('shows the public half of every key pair that signs, signed or will sign, and nothing of a secret', () => {
    const jwks = new KeyRing([shared, previous, next, newest, retired, expired]).publicJwks(NOW);
    expect(jwks.map(({ kid }) => kid)).toEqual(['next', 'newest', 'retired']);
    for (const jwk of jwks) expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });
});

describe('sharedKey', () => {
  it('has an id that tells one secret from another and nothing about it', () => {
    expect(shared.kid).toMatch(/^[\w-]{16}$/);
    expect(shared.kid).not.toBe(previous.kid);
    expect(previous.signer).toBeUndefined();
  });
});
