import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, newEmail, newPerson } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';

const CLIENTS = 40;
const ATTEMPTS = 10;

describe('a flood of logins', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp({ HASH_CONCURRENCY: '1', BCRYPT_COST: '12' });
  });
  afterAll(() => test.stop());

  /** Each of its clients comes again at once, so that a place that becomes free is taken. */
  async function besideFlood<T>(run: () => Promise<T>): Promise<T> {
    const state = { isOver: false };
    const client = async () => {
      while (!state.isOver) await test.api.login(newEmail(), 'wrong 1234');
    };
    const flood = Promise.all(Array.from({ length: CLIENTS }, client));
    try {
      return await run();
    } finally {
      state.isOver = true;
      await flood;
    }
  }

  /** One of many gets the place now and then, also before the flood has come. */
  async function untilSentAway(send: () => Promise<Answer>): Promise<Answer> {
    let answer = await send();
    for (let attempt = 1; answer.status !== 503 && attempt < ATTEMPTS; attempt++) answer = await send();
    return answer;
  }

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
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: test.url };
    const body = 'email=a%40example.com&password=wrong+1234';
    const [page, registration] = await besideFlood(async () => [
      await untilSentAway(() => test.api.send('POST', '/login', { headers, body })),
      await untilSentAway(() => test.api.register(newPerson())),
    ]);
    expect([page.status, registration.status]).toEqual([503, 503]);
    expect(page.headers.get('retry-after')).toBe('2');
    expect(page.text).toContain('Please try again in a moment.');
    expect(page.text).toContain('value="a@example.com"');
  });
});
