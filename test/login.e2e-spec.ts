import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, newEmail } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';

describe('login', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  it('answers an access token that says who, by whom, for what and until when', async () => {
    const { token } = await test.api.signedIn();
    const { header, claims } = decodeJwt(token);
    expect(header).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: expect.stringMatching(/^[\w-]{16}$/) });
    expect(claims).toEqual({
      iss: 'kunci',
      aud: 'kunci-api',
      sub: expect.stringMatching(/^[1-9]\d*$/),
      iat: expect.any(Number),
      exp: Number(claims.iat) + 900,
      sid: expect.stringMatching(/^[\da-f-]{36}$/),
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  it('says what the tokens are and how long they hold', async () => {
    const { email, password } = await test.api.person();
    const { body } = await test.api.login(email, password);
    expect(body.data).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^[\w-]{96}$/),
    });
  });

  it('tells that an account is locked only to who knows the password', async () => {
    const { email, password } = await test.api.person();
    await test.dataSource.query('UPDATE users SET locked_at = created_at WHERE email = ?', [email]);
    const wrong = await test.api.login(email, 'wrong 1234');
    expect([wrong.status, wrong.body.error]).toEqual([401, 'Invalid credentials.']);
    const right = await test.api.login(email, password);
    expect([right.status, right.body.error]).toEqual([403, 'This account is locked.']);
    await test.dataSource.query('UPDATE users SET locked_at = NULL WHERE email = ?', [email]);
    expect((await test.api.login(email, password)).status).toBe(200);
  });

  it('gives another token at each login', async () => {
    const { email, password, token } = await test.api.signedIn();
    expect((await test.api.login(email, password)).body.data.access_token).not.toBe(token);
  });

  it('answers an unknown address exactly as a wrong password', async () => {
    const { email } = await test.api.person();
    const wrong = await test.api.login(email, 'wrong 1234');
    const unknown = await test.api.login(newEmail(), 'wrong 1234');
    expect(wrong.status).toBe(401);
    expect(wrong.body).toMatchObject({ message: 'Login failed', error: 'Invalid credentials.' });
    expect(unknown.text).toBe(wrong.text);
  });

  it('takes as long for an unknown address as for a wrong password', async () => {
    const { email } = await test.api.person();
    const times = { wrong: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 9; round++) {
      times.wrong.push(await timed(() => test.api.login(email, 'wrong 1234')));
      times.unknown.push(await timed(() => test.api.login(newEmail(), 'wrong 1234')));
    }
    const ratio = median(times.unknown) / median(times.wrong);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  });

  it.each([
    ['nothing', {}],
    ['null', null],
    ['an empty password', { email: 'a@example.com', password: '' }],
    ['an address of another type', { email: { email: 1 }, password: 'abcd1234' }],
    ['a list of addresses', { email: ['a@example.com'], password: 'abcd1234' }],
    ['a password of another type', { email: 'a@example.com', password: { password: 1 } }],
  ])('asks for both when it gets %s', async (_, body) => {
    const answer = await test.api.post('/api/login', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ message: 'Login failed', error: 'Email and password are required.' });
  });

  it.each(["' OR '1'='1", 'nobody', '%', '%@%', 'a@example.com\u0000'])('lets nobody in as %j', async (email) => {
    expect((await test.api.login(email, 'abcd1234')).status).toBe(401);
  });

  it('spends no time on an address that is too long to be one', async () => {
    const email = `a${'\u0301'.repeat(12_000)}${'\u0323'.repeat(12_000)}@b.co`;
    const took = await timed(async () => expect((await test.api.login(email, 'abcd1234')).status).toBe(401));
    expect(took).toBeLessThan(200);
  });

  it('never matches a password that is no well-formed Unicode with what it would be stored as', async () => {
    const { email } = await test.api.person({ password: 'abcd1234\ufffd' });
    expect((await test.api.login(email, 'abcd1234\ud800')).status).toBe(401);
    expect((await test.api.login(email, 'abcd1234\ufffd')).status).toBe(200);
  });

  it('never puts the hash of a password back that was changed while it was being upgraded', async () => {
    const { UsersService } = await import('../src/users/users.service.js');
    const { email, password } = await test.api.person();
    const users = test.app.get(UsersService);
    const read = await users.findByEmail(email);
    await test.dataSource.query("UPDATE users SET password_hash = 'changed' WHERE email = ?", [email]);
    await users.upgradePasswordHash(read!, read!.passwordHash);
    expect((await users.findByEmail(email))?.passwordHash).toBe('changed');
    expect((await test.api.login(email, password)).status).toBe(401);
  });

  it('upgrades a stored hash of a lower cost, once, and only for the right password', async () => {
    const { email, password } = await test.api.person();
    // passlib's bcrypt_sha256 version 2 of `password123` at cost 4, which the minimum of 10 would never make.
    const old = '$bcrypt-sha256$v=2,t=2b,r=4$JBhRgnvlcHu5yxSMNVOzQe$In6mLhLGK3sku.LszJ2yHRy/9xX/3aK';
    expect(password).not.toBe('password123');
    const hashOf = async () => {
      const [row] = await test.dataSource.query<[{ hash: string }]>(
        'SELECT password_hash AS hash FROM users WHERE email = ?',
        [email],
      );
      return row.hash;
    };
    await test.dataSource.query('UPDATE users SET password_hash = ? WHERE email = ?', [old, email]);
    expect((await test.api.login(email, 'password124')).status).toBe(401);
    expect(await hashOf()).toBe(old);
    expect((await test.api.login(email, 'password123')).status).toBe(200);
    const upgraded = await hashOf();
    expect(upgraded).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=10\$/);
    expect((await test.api.login(email, 'password123')).status).toBe(200);
    expect(await hashOf()).toBe(upgraded);
  });
});

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
