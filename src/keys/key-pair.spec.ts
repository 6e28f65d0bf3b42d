import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newKeyPair, thumbprint } from './key-pair.js';

describe('thumbprint', () => {
  it('agrees with RFC 7638, section 3.1', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn6' +
      '4tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n9' +
      '1CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const key = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
    expect(thumbprint(key)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });
});

describe('newKeyPair', () => {
  it.each([
    ['ES256', { asymmetricKeyType: 'ec', asymmetricKeyDetails: { namedCurve: 'prime256v1' } }],
    ['RS256', { asymmetricKeyType: 'rsa', asymmetricKeyDetails: { modulusLength: 2048, publicExponent: 65_537n } }],
  ] as const)('makes one for %s, named by its thumbprint', async (alg, kind) => {
    const { kid, publicPem, privatePem } = await newKeyPair(alg);
    const publicKey = createPublicKey(publicPem);
    expect(publicKey).toMatchObject(kind);
    expect(kid).toBe(thumbprint(publicKey));
    expect(createPublicKey(privatePem).export({ type: 'spki', format: 'pem' })).toBe(publicPem);
  });

  it('never has a name that a command line takes for an option', async () => {
    const pairs = await Promise.all(Array.from({ length: 300 }, () => newKeyPair('ES256')));
    expect(pairs.filter(({ kid }) => kid.startsWith('-'))).toEqual([]);
  });
});
