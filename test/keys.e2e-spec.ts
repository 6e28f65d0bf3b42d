import type { JsonWebKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Repository } from 'typeorm';
import { KeysService } from '../src/keys/keys.service.js';
import type { SigningKey } from '../src/keys/signing-key.entity.js';
import { decodeJwt } from './support/api.js';
import { startApp, type TestApp, testSettings } from './support/app.js';
import { kidOf, kunci } from './support/cli.js';

describe('signing keys', () => {
  let test: TestApp;
  let settings: Record<string, string>;
  let rows: Repository<SigningKey>;
  beforeAll(async () => {
    test = await startApp();
    settings = testSettings(test.database);
    rows = test.dataSource.getRepository<SigningKey>('SigningKey');
  });
  afterAll(() => test.stop());

  const jwks = async () => {
    const answer = await test.api.send('GET', '/.well-known/jwks.json');
    return (answer.body as unknown as { keys: (JsonWebKey & { kid: string; alg: string })[] }).keys;
  };
  const kidNow = async () => decodeJwt((await test.api.signedIn()).token).header.kid;
  const load = () => test.app.get(KeysService).load();
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

  /** Moves a key on in its life; what every process reads within ten seconds is read now. */
  async function move(kid: string, changes: Partial<SigningKey>): Promise<void> {
    await rows.update({ kid }, changes);
    await load();
  }

  async function newKey(alg: string): Promise<string> {
    const kid = await kidOf(settings, 'keys:create', '--alg', alg);
    const { signsFrom } = await rows.findOneByOrFail({ kid });
    await rows.update({ retiredAt: signsFrom }, { retiredAt: inSeconds(-1) });
    await move(kid, { signsFrom: inSeconds(-1) });
    return kid;
  }

  it('are none at first: the shared secret signs, and nothing of it is published', async () => {
    const answer = await test.api.send('GET', '/.well-known/jwks.json');
    expect([answer.status, answer.text]).toEqual([200, '{"keys":[]}']);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=30, stale-if-error=86400');
    expect((await kunci(settings, 'keys:list')).stdout).toMatch(/^There are no key pairs\. .*SECRET_KEY \(HS256\) now/);
  });

  it('cannot be rotated or retired before there is one, and are of no other algorithm', async () => {
    const rotated = await kunci(settings, 'keys:rotate');
    expect([rotated.exitCode, rotated.stderr]).toEqual([1, expect.stringContaining('keys:create')]);
    const retired = await kunci(settings, 'keys:retire', 'nope');
    expect([retired.exitCode, retired.stderr]).toEqual([1, 'There is no signing key nope. keys:list shows them.\n']);
    for (const alg of ['HS256', 'none', 'ES384', '']) {
      const created = await kunci(settings, 'keys:create', '--alg', alg);
      expect([created.exitCode, created.stdout]).toEqual([2, '']);
    }
    expect((await kunci(settings, 'keys:create')).exitCode).toBe(2);
    expect(await rows.count()).toBe(0);
  });

  it.each([
    ['ES256', { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) }],
    ['RS256', { kty: 'RSA', n: expect.any(String), e: 'AQAB' }],
  ])('are published before they sign, and sign in the place of all others: %s', async (alg, members) => {
    const before = await test.api.signedIn();
    const kid = await kidOf(settings, 'keys:create', '--alg', alg);
    await load();
    const published = (await jwks()).find((key) => key.kid === kid);
    expect(published).toEqual({ ...members, kid, alg, use: 'sig' });
    expect(await kidNow()).toBe(decodeJwt(before.token).header.kid);

    const { createdAt, signsFrom } = await rows.findOneByOrFail({ kid });
    expect(signsFrom.getTime() - createdAt.getTime()).toBe(45_000);
    await rows.update({ retiredAt: signsFrom }, { retiredAt: inSeconds(-1) });
    await move(kid, { signsFrom: inSeconds(-1) });
    const ana = await test.api.signedIn();
    expect(decodeJwt(ana.token).header).toEqual({ alg, typ: 'at+jwt', kid });
    for (const { token } of [before, ana]) expect((await test.api.userInfo(token)).status).toBe(200);
  });

  it('rotate: the next one signs, the one before verifies until its last token has expired', async () => {
    const first = await newKey('ES256');
    const ana = await test.api.signedIn();
    const second = await kidOf(settings, 'keys:rotate');
    const [old, next] = [await rows.findOneByOrFail({ kid: first }), await rows.findOneByOrFail({ kid: second })];
    expect([next.alg, old.retiredAt]).toEqual(['ES256', next.signsFrom]);
    expect(Number(old.verifiesUntil) - Number(old.retiredAt)).toBe((900 + 60) * 1000);
    await load();
    expect((await jwks()).map(({ kid }) => kid)).toEqual(expect.arrayContaining([first, second]));
    expect(await kidNow()).toBe(first);

    await rows.update({ kid: first }, { retiredAt: inSeconds(-1) });
    await move(second, { signsFrom: inSeconds(-1) });
    expect(await kidNow()).toBe(second);
    expect((await test.api.userInfo(ana.token)).status).toBe(200);
    expect((await kunci(settings, 'keys:list')).stdout).toMatch(
      new RegExp(`${first} +ES256 +verifying .*\n(.*\n)*${second} +ES256 +signing `),
    );

    await move(first, { verifiesUntil: inSeconds(-1) });
    expect((await jwks()).map(({ kid }) => kid)).not.toContain(first);
    expect((await test.api.userInfo(ana.token)).status).toBe(401);
    // The session lives on: only the signature of its access token is out of force.
    const renewed = await test.api.refresh(ana.refreshToken);
    expect((await test.api.userInfo(renewed.body.data.access_token)).status).toBe(200);
  });

  it('retire at once, and without a successor the shared secret signs again', async () => {
    const kid = await newKey('ES256');
    const ana = await test.api.signedIn();
    const { exitCode, stdout } = await kunci(settings, 'keys:retire', kid);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/signs no more and verifies until .*\n.*\(HS256\) now/),
    ]);
    await load();
    expect(decodeJwt((await test.api.signedIn()).token).header.alg).toBe('HS256');
    expect((await test.api.userInfo(ana.token)).status).toBe(200);
    expect((await kunci(settings, 'keys:retire', kid)).stderr).toContain('is retired already');
  });

  it('retire at once when the next one waits for its time, which then begins at once', async () => {
    const first = await newKey('ES256');
    const second = await kidOf(settings, 'keys:rotate');
    const early = await kunci(settings, 'keys:retire', second);
    expect([early.exitCode, early.stderr]).toEqual([1, expect.stringContaining('does not sign yet')]);
    const { stdout } = await kunci(settings, 'keys:retire', first);
    expect(stdout).not.toContain('HS256');
    await load();
    expect(await kidNow()).toBe(second);
  });

  it('are deleted when the next one is made after their last token has expired', async () => {
    const [first, second] = [await newKey('ES256'), await newKey('ES256')];
    await rows.update({ kid: first }, { verifiesUntil: inSeconds(-1) });
    await newKey('ES256');
    expect(await rows.countBy({ kid: first })).toBe(0);
    expect(await rows.countBy({ kid: second })).toBe(1);
  });

  it('go on without one that the secret does not open, and the command line can retire that one', async () => {
    const good = await newKey('ES256');
    const other = { ...settings, SECRET_KEY: 'noch-ein-Schluessel-nur-fuer-Tests-9876543210' };
    expect((await kunci(other, 'keys:create', '--alg', 'ES256')).stderr).toContain(
      'was sealed with another SECRET_KEY',
    );
    const { publicKey, createdAt } = await rows.findOneByOrFail({ kid: good });
    const sealed = { kid: 'x'.repeat(43), alg: 'ES256' as const, publicKey, sealedPrivateKey: 'y'.repeat(300) };
    await rows.insert({ ...sealed, createdAt, signsFrom: inSeconds(-1) });
    await load();
    expect(await kidNow()).toBe(good);
    expect((await kunci(settings, 'keys:retire', sealed.kid)).exitCode).toBe(0);
    expect((await kunci(settings, 'keys:rotate')).exitCode).toBe(0);
    await rows.delete({ kid: sealed.kid });
  });

  it('stand in the database sealed, each for its own row', async () => {
    const [one, other] = [await newKey('ES256'), await newKey('ES256')];
    const [row] = await test.dataSource.query<Record<string, string>[]>('SELECT * FROM signing_keys WHERE kid = ?', [
      one,
    ]);
    expect(Object.keys(row ?? {}).sort()).toEqual([
      'alg',
      'created_at',
      'kid',
      'public_key',
      'retired_at',
      'sealed_private_key',
      'signs_from',
      'verifies_until',
    ]);
    expect(JSON.stringify(row)).not.toContain('PRIVATE');
    expect(row?.sealed_private_key).toMatch(/^[\w-]{300,}$/);
    const before = await rows.findOneByOrFail({ kid: other });
    await rows.update({ kid: other }, { sealedPrivateKey: row?.sealed_private_key });
    try {
      const rotated = await kunci(settings, 'keys:rotate');
      expect([rotated.exitCode, rotated.stderr]).toEqual([
        1,
        expect.stringContaining('was sealed with another SECRET'),
      ]);
    } finally {
      await rows.update({ kid: other }, { sealedPrivateKey: before.sealedPrivateKey });
    }
  });
});
