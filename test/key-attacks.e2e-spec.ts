import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeysService } from '../src/keys/keys.service.js';
import type { SigningKey } from '../src/keys/signing-key.entity.js';
import { decodeJwt, type SignedIn } from './support/api.js';
import { SECRET_KEY, startApp, type TestApp, testSettings } from './support/app.js';
import { kidOf } from './support/cli.js';

describe('a signing key cannot be talked around:', () => {
  let test: TestApp;
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const attackerRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let ana: SignedIn;
  let kid: string;
  let pem: string;
  let shared: string;
  let rsaKid: string;
  let rsaPem: string;
  beforeAll(async () => {
    test = await startApp();
    shared = String(decodeJwt((await test.api.signedIn()).token).header.kid);
    rsaKid = await kidOf(testSettings(test.database), 'keys:create', '--alg', 'RS256');
    kid = await kidOf(testSettings(test.database), 'keys:create', '--alg', 'ES256');
    const rows = test.dataSource.getRepository<SigningKey>('SigningKey');
    await rows.update({ kid }, { signsFrom: new Date(Date.now() - 1_000) });
    await test.app.get(KeysService).load();
    ana = await test.api.signedIn();
    pem = (await rows.findOneByOrFail({ kid })).publicKey;
    rsaPem = (await rows.findOneByOrFail({ kid: rsaKid })).publicKey;
  });
  afterAll(() => test.stop());

  const unsigned = (header: object) => `${encode(header)}.${ana.token.split('.')[1]}`;
  const withHmac = (header: object, secret: string | Buffer) => {
    const text = unsigned(header);
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const withEs256 = (header: object) => {
    const text = unsigned(header);
    const signature = sign('sha256', Buffer.from(text), { key: attacker.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };
  const withRs256 = (header: object) =>
    `${unsigned(header)}.${sign('sha256', Buffer.from(unsigned(header)), attackerRsa.privateKey).toString('base64url')}`;
  const own = () => ({ alg: 'ES256', typ: 'at+jwt', kid });
  const jwk = () => createPublicKey(pem).export({ format: 'jwk' });

  it('the token that the cases below change is good', async () => {
    expect(decodeJwt(ana.token).header).toEqual(own());
    expect((await test.api.userInfo(ana.token)).status).toBe(200);
    const inOrder = withHmac({ alg: 'HS256', typ: 'at+jwt', kid: shared }, SECRET_KEY);
    expect((await test.api.userInfo(inOrder)).status).toBe(200);
  });

  it.each<[string, () => string]>([
    ['the public key, as PEM, for an HMAC secret', () => withHmac({ ...own(), alg: 'HS256' }, pem)],
    ['the public key without its last line end', () => withHmac({ ...own(), alg: 'HS256' }, pem.trim())],
    ['the public key as a JWK', () => withHmac({ ...own(), alg: 'HS256' }, JSON.stringify(jwk()))],
    ['the public key under its own header', () => withHmac(own(), pem)],
    ['the shared secret under the header of the key', () => withHmac(own(), SECRET_KEY)],
    ['the shared secret under the id of the key', () => withHmac({ ...own(), alg: 'HS256' }, SECRET_KEY)],
    ['an empty secret', () => withHmac({ ...own(), alg: 'HS256' }, '')],
    ["another's key under the same id", () => withEs256(own())],
    [
      "another's key that comes along",
      () => withEs256({ ...own(), jwk: attacker.publicKey.export({ format: 'jwk' }) }),
    ],
    ["another's key at an address", () => withEs256({ ...own(), jku: 'http://127.0.0.1:1/jwks.json' })],
    ["another's certificate at an address", () => withEs256({ ...own(), x5u: 'http://127.0.0.1:1/x.pem' })],
    ["another's certificate", () => withEs256({ ...own(), x5c: ['MIIB'] })],
    ["another's RSA key", () => withRs256({ ...own(), alg: 'RS256' })],
    ['the header of the key and no signature', () => `${unsigned(own())}.`],
    ['no algorithm', () => `${unsigned({ ...own(), alg: 'none' })}.AA`],
    ['a signature of zeros (CVE-2022-21449)', () => `${unsigned(own())}.${Buffer.alloc(64).toString('base64url')}`],
    ['an id that is a path', () => withHmac({ ...own(), alg: 'HS256', kid: '../../../../dev/null' }, '')],
    ['an id that is SQL', () => withHmac({ ...own(), alg: 'HS256', kid: `x' UNION SELECT 'k` }, 'k')],
    ['an id that is a list', () => withHmac({ ...own(), alg: 'HS256', kid: [kid] }, SECRET_KEY)],
    ['an id of the prototype', () => withHmac({ ...own(), alg: 'HS256', kid: '__proto__' }, '')],
    [
      'the members of the header in another order, signed with the shared secret',
      () => withHmac({ kid: shared, typ: 'at+jwt', alg: 'HS256' }, SECRET_KEY),
    ],
    [
      'the public key of RSA, as PEM, for an HMAC secret',
      () => withHmac({ ...own(), alg: 'HS256', kid: rsaKid }, rsaPem),
    ],
    [
      'the public key of RSA under its own header',
      () => withHmac({ alg: 'RS256', typ: 'at+jwt', kid: rsaKid }, rsaPem),
    ],
  ])('%s', async (_what, token) => {
    const answer = await test.api.userInfo(token());
    expect([answer.status, answer.body.message]).toEqual([401, 'Unauthorized']);
  });
});
