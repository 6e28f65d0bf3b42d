import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RATE_LIMITS } from '../src/http/rate-limits.js';
import { CountersService } from '../src/limits/counters.service.js';
import { Api, newEmail } from './support/api.js';
import { startApp, type TestApp, testSettings } from './support/app.js';
import { createDatabase, ENGINE } from './support/database.js';
import { KunciProcess } from './support/process.js';
import { Visitor } from './support/visitor.js';

describe('rate limits', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' });
  });
  afterAll(() => test.stop());

  const from = (address: string) => ({ 'content-type': 'application/json', 'x-forwarded-for': address });
  const guess = (address: string) =>
    test.api.send('POST', '/api/login', {
      headers: from(address),
      body: JSON.stringify({ email: 'nobody', password: 'wrong 1234' }),
    });

  it('stop one address at its limit, say when to come back, and let others on', async () => {
    for (let i = 0; i < RATE_LIMITS.login.points; i++) expect((await guess('203.0.113.1')).status).toBe(401);
    const answer = await guess('203.0.113.1');
    expect(answer.status).toBe(429);
    expect(answer.body.message).toBe('Too many requests');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(RATE_LIMITS.login.duration);
    expect((await guess('203.0.113.2')).status).toBe(401);
  });

  it.each([
    ['each time with the port of another connection', (i: number) => `203.0.113.9:${50_000 + i}`],
    ['each time by something that is no address', (i: number) => `client-${i}`],
  ])('are not dodged by a proxy that names the client %s', async (_how, addressOf) => {
    const statuses: number[] = [];
    for (let i = 0; i <= RATE_LIMITS.login.points; i++) statuses.push((await guess(addressOf(i))).status);
    expect(statuses).toEqual([...Array<number>(RATE_LIMITS.login.points).fill(401), 429]);
  });

  it('count the pages and the API together, and show the form again', async () => {
    for (let i = 0; i < RATE_LIMITS.login.points; i++) await guess('203.0.113.3');
    const answer = await new Visitor(test.api).submit(
      '/login',
      { email: newEmail(), password: 'x' },
      { 'x-forwarded-for': '203.0.113.3' },
    );
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(answer.text).toContain('Please wait a moment and try again.');
    expect(answer.text).toContain('<form method="post" action="/login"');
  });

  it('count every form that sends a mail with those of the API', async () => {
    const body = '{"email":"nobody"}';
    for (let i = 0; i < RATE_LIMITS.mail.points; i++) {
      const forgot = await test.api.send('POST', '/api/forgot-password', { headers: from('203.0.113.6'), body });
      expect(forgot.status).toBe(200);
    }
    for (const path of ['/forgot-password', '/verify-email/resend', '/account/email']) {
      const page = await new Visitor(test.api).submit(path, {}, { 'x-forwarded-for': '203.0.113.6' });
      expect([path, page.status]).toEqual([path, 429]);
    }
  });

  it('bound refreshes, where many people share an address', async () => {
    const refresh = () =>
      test.api.send('POST', '/api/refresh', { headers: from('203.0.113.5'), body: '{"refresh_token":"x"}' });
    for (let i = 0; i < RATE_LIMITS.refresh.points; i++) expect((await refresh()).status).toBe(401);
    expect((await refresh()).status).toBe(429);
  });

  it('bound registrations too', async () => {
    const register = () => test.api.send('POST', '/api/register', { headers: from('203.0.113.4'), body: '{}' });
    for (let i = 0; i < RATE_LIMITS.register.points; i++) expect((await register()).status).toBe(400);
    expect((await register()).status).toBe(429);
    const page = await new Visitor(test.api).submit('/register', {}, { 'x-forwarded-for': '203.0.113.4' });
    expect(page.status).toBe(429);
  });

  it('count an IPv6 network as one address', async () => {
    for (let i = 0; i < RATE_LIMITS.login.points; i++) await guess(`2001:db8:0:1::${i.toString(16)}`);
    expect((await guess('2001:db8:0:1:ffff::1')).status).toBe(429);
    expect((await guess('2001:db8:0:2::1')).status).toBe(401);
  });
});

/** Where the counters are rows. */
(ENGINE === 'sqlite' ? describe.skip : describe)('counts that expired', () => {
  it('are deleted in batches, and no others', async () => {
    const test = await startApp();
    try {
      const keys = () => test.dataSource.query<{ key: string }[]>('SELECT `key` FROM rate_limits ORDER BY `key`');
      const [past, future] = [Date.now() - 1, Date.now() + 3_600_000];
      const rows = [
        ['a', 1, past],
        ['b', 1, past],
        ['c', 1, past],
        ['later', 1, future],
        ['never', 1, null],
      ];
      for (const row of rows) await test.dataSource.query('INSERT INTO rate_limits VALUES (?, ?, ?)', row);
      const counters = test.app.get(CountersService);
      expect(await counters.deleteExpired(2)).toBe(2);
      expect(await counters.deleteExpired(2)).toBe(1);
      expect(await counters.deleteExpired(2)).toBe(0);
      expect((await keys()).map(({ key }) => key)).toEqual(['later', 'never']);
    } finally {
      await test.stop();
    }
  });
});

describe('a proxy', () => {
  it.each([
    ['that is not trusted', {}, { 'x-forwarded-for': '203.0.113.7' }, 'set TRUST_PROXY=127.0.0.1 '],
    [
      'that names no client',
      { TRUST_PROXY: '127.0.0.1' },
      {},
      '127.0.0.1 is in TRUST_PROXY but sent no X-Forwarded-For',
    ],
  ])('%s is told of in the log, once', async (_what, settings, headers, warning) => {
    const database = await createDatabase();
    const kunci = new KunciProcess(testSettings(database, { ...settings, LOG_LEVEL: 'warn' }));
    try {
      const api = new Api(await kunci.url());
      const body = '{"email":"nobody","password":"x"}';
      const init = { headers: { 'content-type': 'application/json', ...headers }, body };
      for (let i = 0; i < 3; i++) expect((await api.send('POST', '/api/login', init)).status).toBe(401);
    } finally {
      // The log is complete once it has ended.
      await kunci.stop();
      await database.drop();
    }
    expect(kunci.stdout.split(warning)).toHaveLength(2);
  });
});

describe('rate limits without a proxy', () => {
  it('cannot be dodged by naming another address', async () => {
    const test = await startApp({ RATE_LIMITS: 'on' });
    try {
      const statuses = [];
      for (let i = 0; i <= RATE_LIMITS.login.points; i++) {
        const headers = {
          'content-type': 'application/json',
          'x-forwarded-for': `203.0.113.${i}`,
          forwarded: `for=203.0.113.${i}`,
        };
        statuses.push(
          (await test.api.send('POST', '/api/login', { headers, body: '{"email":"nobody","password":"x"}' })).status,
        );
      }
      expect(statuses.at(-2)).toBe(401);
      expect(statuses.at(-1)).toBe(429);
    } finally {
      await test.stop();
    }
  });
});
