import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RATE_LIMITS } from '../src/http/rate-limits.js';
import { newEmail } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
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
