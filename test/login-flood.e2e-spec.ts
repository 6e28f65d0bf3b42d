import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, newEmail } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';

describe('a flood of logins', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp({ HASH_CONCURRENCY: '1', BCRYPT_COST: '12' });
  });
  afterAll(() => test.stop());

  it('is answered or sent away, while everybody else is served', async () => {
    const ana = await test.api.signedIn();
    const flood = Promise.all(Array.from({ length: 60 }, () => test.api.login(newEmail(), 'wrong 1234')));
    const others: Answer[] = [];
    const state = { isOver: false };
    const watching = flood.then(() => (state.isOver = true));
    // A first look in any case, and as many as there is time for.
    do {
      others.push(await test.api.userInfo(ana.token));
      others.push(await test.api.send('GET', '/login'));
      await new Promise((resolve) => setTimeout(resolve, 20));
    } while (!state.isOver);
    await watching;
    const answers = await flood;
    const away = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 401).length + away.length).toBe(60);
    expect(answers.length - away.length).toBeGreaterThan(0);
    expect(away.length).toBeGreaterThan(30);
    for (const { headers } of away) expect(headers.get('retry-after')).toBe('2');
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('is over when it is over', async () => {
    expect((await test.api.signedIn()).token).toBeDefined();
  });

  it('sends registrations away too, and page visitors with their form', async () => {
    const flood = Promise.all(Array.from({ length: 40 }, () => test.api.login(newEmail(), 'wrong 1234')));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded', origin: test.url } };
    const page = await test.api.send('POST', '/login', { ...form, body: 'email=a%40example.com&password=wrong+1234' });
    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).toBe('2');
    expect(page.text).toContain('Please try again in a moment.');
    expect(page.text).toContain('value="a@example.com"');
    expect((await test.api.register({ name: 'Ana', email: newEmail(), password: 'correct horse 9' })).status).toBe(503);
    await flood;
  });
});
