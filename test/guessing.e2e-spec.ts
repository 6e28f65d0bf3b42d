import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceStatements } from '../src/auth/device-statements.js';
import { LoginThrottle } from '../src/auth/login-throttle.js';
import { AppError } from '../src/http/app-error.js';
import { UsersService } from '../src/users/users.service.js';
import { type Answer, newEmail, type Person } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { ENGINE } from './support/database.js';
import { eventually } from './support/process.js';
import { Visitor } from './support/visitor.js';

const FREE = 10;
const WRONG = 'wrong 1234';
const STRANGER = '198.51.100.1';
const HOME = '203.0.113.9';

/** Where the counters are rows, time is moved by editing them; elsewhere `limits-redis` and `failure-counter.spec` do. */
const itOnServer = ENGINE === 'sqlite' ? it.skip : it;

describe(`guessing at an account (${ENGINE})`, () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp({ TRUST_PROXY: '127.0.0.1' });
  });
  afterAll(() => test.stop());

  const login = (email: string, password: string, address = STRANGER) =>
    test.api.send('POST', '/api/login', {
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ email, password }),
    });
  const statusOf = async (...args: Parameters<typeof login>) => (await login(...args)).status;
  const userIdOf = async ({ email }: Person) => (await test.app.get(UsersService).findByEmail(email))!.id;

  /** One after the other. */
  async function guess(email: string, times: number, address?: string): Promise<Answer[]> {
    const answers = [];
    for (let i = 0; i < times; i++) answers.push(await login(email, WRONG, address));
    return answers;
  }
  const lockOut = async ({ email }: Person) => {
    expect((await guess(email, FREE + 2)).map(({ status }) => status)).toEqual([
      ...Array<number>(FREE + 1).fill(401),
      429,
    ]);
  };

  it('costs nothing ten times, then opens a wait for everybody, also with the right password', async () => {
    const ana = await test.api.person();
    await lockOut(ana);
    const right = await login(ana.email, ana.password, '198.51.100.2');
    expect([right.status, right.body.message]).toEqual([429, 'Too many requests']);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(right.headers.get('retry-after'))).toBeLessThanOrEqual(30);
  });

  it('looks the same where nobody has the address, in any spelling', async () => {
    const ana = await test.api.person();
    const shown = ({ status, text, headers }: Answer) => ({ status, text, waits: headers.has('retry-after') });
    const real = await guess(ana.email, FREE + 3);
    const unknown = newEmail();
    const nobody = await guess(unknown, FREE + 2);
    nobody.push(await login(` ${unknown.toUpperCase()}`, WRONG));
    expect(nobody.map(shown)).toEqual(real.map(shown));
  });

  it('starts anew after a success', async () => {
    const ana = await test.api.person();
    for (let round = 0; round < 2; round++) {
      await guess(ana.email, FREE - 1);
      expect(await statusOf(ana.email, ana.password, HOME)).toBe(200);
    }
    await lockOut(ana);
  });

  it('starts anew when the throttle is told that the owner was there', async () => {
    const ana = await test.api.person();
    await lockOut(ana);
    await test.app.get(LoginThrottle).reset(await userIdOf(ana));
    expect(await statusOf(ana.email, ana.password)).toBe(200);
  });

  itOnServer('waits longer each time, and lets nobody in after 50', async () => {
    const ana = await test.api.person();
    const id = await userIdOf(ana);
    const pass = () =>
      test.dataSource.query('UPDATE rate_limits SET expire = ? WHERE `key` = ?', [
        Date.now(),
        `strangers.wait:user:${id}`,
      ]);
    await guess(ana.email, FREE);
    for (const seconds of [30, 60, 120]) {
      expect(await statusOf(ana.email, WRONG)).toBe(401);
      const refused = Number((await login(ana.email, WRONG)).headers.get('retry-after'));
      expect(refused).toBeLessThanOrEqual(seconds);
      expect(refused).toBeGreaterThan(seconds / 2);
      await pass();
    }
    const points = () =>
      test.dataSource.query<{ points: number }[]>('SELECT points FROM rate_limits WHERE `key` = ?', [
        `strangers.failures:user:${id}`,
      ]);
    // What was refused was not counted.
    expect(await points()).toEqual([{ points: FREE + 3 }]);
    await test.dataSource.query('UPDATE rate_limits SET points = 49 WHERE `key` = ?', [
      `strangers.failures:user:${id}`,
    ]);
    expect(await statusOf(ana.email, WRONG)).toBe(401);
    await pass();
    const shut = await login(ana.email, ana.password);
    expect([shut.status, shut.headers.get('retry-after')]).toEqual([429, '3600']);
  });

  it('is no quicker with 200 guesses at once', async () => {
    const ana = await test.api.person();
    const guess = () => statusOf(ana.email, WRONG);
    const statuses = await Promise.all(Array.from({ length: 200 }, guess));
    // Who was sent away for want of time has not guessed, and comes again.
    await eventually(async () => statuses[statuses.push(await guess()) - 1] === 429);
    expect(statuses.filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
    const judged = statuses.filter((status) => status === 401).length;
    expect(judged).toBeGreaterThan(0);
    // Fewer if an answer of the store came too late, which may have counted.
    expect(judged).toBeLessThanOrEqual(FREE + 1);
  });

  it('does not take many right logins at once for guesses', async () => {
    const ana = await test.api.person();
    const statuses = await Promise.all(Array.from({ length: 40 }, () => statusOf(ana.email, ana.password)));
    expect(statuses).toContain(200);
    expect(statuses.filter((status) => ![200, 503].includes(status))).toEqual([]);
    expect(await statusOf(ana.email, ana.password)).toBe(200);
  });

  it('counts only wrong passwords', async () => {
    const ana = await test.api.person();
    await test.dataSource.query('UPDATE users SET locked_at = created_at WHERE email = ?', [ana.email]);
    for (let i = 0; i < FREE + 5; i++) expect(await statusOf(ana.email, ana.password)).toBe(403);
    const throttle = test.app.get(LoginThrottle);
    const account = { userId: await userIdOf(ana), email: ana.email };
    const busy = () => Promise.reject(new AppError('service_unavailable'));
    for (let i = 0; i < 3 * FREE; i++) {
      await expect(throttle.attempt(account, { address: STRANGER }, busy)).rejects.toMatchObject({
        code: 'service_unavailable',
      });
    }
    await lockOut(ana);
  });

  it('does not shut out a browser that logged in before', async () => {
    const ana = await test.api.person();
    const bob = await test.api.person();
    const page = (visitor: Visitor, { email, password }: Person) => visitor.submit('/login', { email, password });
    const visitor = new Visitor(test.api, { 'x-forwarded-for': HOME });
    await visitor.get('/login');
    expect((await page(visitor, ana)).status).toBe(303);
    await visitor.submit('/logout', {});
    await test.dataSource.query("UPDATE sessions SET address = ''");
    await lockOut(ana);
    await lockOut(bob);
    expect((await page(visitor, bob)).status).toBe(429);

    const thief = new Visitor(test.api, { 'x-forwarded-for': STRANGER });
    const statement = test.app.get(DeviceStatements).issue(await userIdOf(bob));
    thief.cookies.set('kunci_device', statement.replace(/^\d+/, String(await userIdOf(ana))));
    expect((await page(thief, ana)).status).toBe(429);

    expect((await page(visitor, ana)).status).toBe(303);
    // That was a success: strangers start anew, too.
    expect(await statusOf(ana.email, WRONG)).toBe(401);
  });

  it.each([
    ['address', HOME, HOME],
    ['network of IPv6', '2001:db8:1:2::1', '2001:db8:1:2:ffff::9'],
  ])('does not shut out a client of the same %s that has a session', async (_what, before, now) => {
    const ana = await test.api.person();
    expect(await statusOf(ana.email, ana.password, before)).toBe(200);
    await lockOut(ana);
    expect(await statusOf(ana.email, ana.password, '203.0.113.10')).toBe(429);
    expect(await statusOf(ana.email, ana.password, now)).toBe(200);
  });

  it('counts known devices too, apart from strangers', async () => {
    const ana = await test.api.person();
    await statusOf(ana.email, ana.password, HOME);
    await lockOut(ana);
    const statuses = (await guess(ana.email, FREE + 2, HOME)).map(({ status }) => status);
    expect(statuses).toEqual([...Array<number>(FREE + 1).fill(401), 429]);
    expect(await statusOf(ana.email, ana.password, HOME)).toBe(429);
  });
});
