import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { derivedKey } from '../src/crypto/derived-key.js';
import { RATE_LIMITS } from '../src/http/rate-limits.js';
import { newEmail, PASSWORD, sessionIdOf } from './support/api.js';
import { SECRET_KEY, startApp, type TestApp } from './support/app.js';
import { auditEvents, wordsOf, written } from './support/audit.js';
import { Visitor } from './support/visitor.js';

describe('audit events', () => {
  let test: TestApp;
  beforeAll(async () => {
    const introspection = {
      INTROSPECTION_CLIENT_ID: 'billing',
      INTROSPECTION_CLIENT_SECRET: randomBytes(36).toString('base64'),
    };
    test = await startApp({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1', REFRESH_GRACE: '0', ...introspection });
    await written(test.dataSource, 1);
  });
  afterAll(() => test.stop());
  beforeEach(() => auditEvents(test.dataSource).clear());

  const userIdOf = async (email: string) =>
    (await test.dataSource.getRepository('User').findOneByOrFail({ email })).id as number;

  const send = (path: string, body: object, address: string) =>
    test.api.send('POST', path, {
      headers: { 'content-type': 'application/json', 'user-agent': 'curl/8\u00e9', 'x-forwarded-for': address },
      body: JSON.stringify(body),
    });

  it('tell the story of an account, each with who, where and which request', async () => {
    const before = Date.now();
    const email = newEmail();
    const registered = await send('/api/register', { name: 'Ana', email, password: PASSWORD }, '203.0.113.20');
    const failed = await send('/api/login', { email, password: 'not it 1234' }, '203.0.113.21');
    const loggedIn = await send('/api/login', { email, password: PASSWORD }, '2001:db8::1');
    const { access_token: token, refresh_token: refreshToken } = loggedIn.body.data;
    const loggedOut = await test.api.logout(token);
    const userId = await userIdOf(email);
    const sessionId = sessionIdOf(token);
    const rows = await written(test.dataSource, 5);
    const row = (event: string, answer: { headers: Headers }, address: string, fields: object = {}) => ({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      at: expect.any(Date),
      event,
      userId,
      sessionId: null,
      address,
      userAgent: 'curl/8\u00e9',
      requestId: answer.headers.get('x-request-id'),
      detail: null,
      ...fields,
    });
    const byName = (one: { event: string }, other: { event: string }) => one.event.localeCompare(other.event);
    expect(rows.sort(byName)).toEqual(
      [
        row('user_created', registered, '203.0.113.20'),
        row('authn_login_fail', failed, '203.0.113.21', { detail: 'wrong_password' }),
        row('authn_login_success', loggedIn, '2001:db8::1'),
        row('session_created', loggedIn, '2001:db8::1', { sessionId, detail: 'api_client' }),
        row('session_expired', loggedOut, '127.0.0.1', { sessionId, detail: 'logged_out', userAgent: 'node' }),
      ].sort(byName),
    );
    for (const { at } of rows) {
      expect(at.getTime()).toBeGreaterThanOrEqual(before);
      expect(at.getTime()).toBeLessThanOrEqual(Date.now());
    }
    expect(JSON.stringify(rows)).not.toContain(email);
    for (const secret of [PASSWORD, 'not it 1234', refreshToken, ...token.split('.')]) {
      expect(JSON.stringify(rows)).not.toContain(secret);
    }
  });

  it('outlive the account', async () => {
    const { email } = await test.api.person();
    const userId = await userIdOf(email);
    await written(test.dataSource, 1);
    await test.dataSource.query('DELETE FROM users WHERE email = ?', [email]);
    expect((await auditEvents(test.dataSource).findBy({ userId })).map(({ event }) => event)).toEqual(['user_created']);
  });

  it('tell addresses that nobody has apart without holding them', async () => {
    const guess = (email: string) => test.api.login(email, PASSWORD);
    await guess('Nobody@Example.com');
    await guess(' nobody@example.com');
    await guess('somebody@example.com');
    await guess('hunter2 typed into the wrong field');
    const key = derivedKey(createSecretKey(SECRET_KEY, 'utf8'), 'audit email');
    const hash = (email: string) => createHmac('sha256', key).update(email).digest('base64url').slice(0, 16);
    const rows = await written(test.dataSource, 4);
    expect(wordsOf(rows)).toEqual(
      [
        ['authn_login_fail', `unknown_user ${hash('nobody@example.com')}`],
        ['authn_login_fail', `unknown_user ${hash('nobody@example.com')}`],
        ['authn_login_fail', `unknown_user ${hash('somebody@example.com')}`],
        ['authn_login_fail', 'unknown_user'],
      ].sort(),
    );
    expect(rows.map(({ userId }) => userId)).toEqual([null, null, null, null]);
    expect(JSON.stringify(rows)).not.toMatch(/body@|hunter2/i);
  });

  it('name a lock only to the operator who reads them', async () => {
    const { email } = await test.api.person();
    await test.dataSource.query('UPDATE users SET locked_at = created_at WHERE email = ?', [email]);
    await test.api.login(email, PASSWORD);
    await test.api.login(email, 'not it 1234');
    expect(wordsOf(await written(test.dataSource, 3))).toEqual([
      ['authn_login_fail', 'account_locked'],
      ['authn_login_fail', 'wrong_password'],
      ['user_created', null],
    ]);
  });

  it('tell of a refresh token that was used again, and of the session that it ended', async () => {
    const ana = await test.api.signedIn();
    await written(test.dataSource, 3);
    await auditEvents(test.dataSource).clear();
    expect((await test.api.refresh(ana.refreshToken)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await test.api.refresh(ana.refreshToken)).status).toBe(401);
    const rows = await written(test.dataSource, 2);
    expect(wordsOf(rows)).toEqual([
      ['authn_token_reuse', null],
      ['session_expired', 'refresh_token_reused'],
    ]);
    const userId = await userIdOf(ana.email);
    for (const row of rows) expect(row).toMatchObject({ userId, sessionId: sessionIdOf(ana.token) });
  });

  it('tell which sessions were ended from another device', async () => {
    const ana = await test.api.signedIn();
    const phone = await test.api.logIn(ana);
    const laptop = await test.api.logIn(ana);
    await written(test.dataSource, 7);
    await auditEvents(test.dataSource).clear();
    await test.api.as(ana.token, 'DELETE', `/api/sessions/${sessionIdOf(phone.token)}`);
    await test.api.as(ana.token, 'DELETE', `/api/sessions/${sessionIdOf(phone.token)}`);
    await test.api.as(ana.token, 'DELETE', '/api/sessions');
    const rows = await written(test.dataSource, 2);
    expect(rows.map(({ event, sessionId }) => [event, sessionId]).sort()).toEqual(
      [phone, laptop].map(({ token }) => ['session_expired', sessionIdOf(token)]).sort(),
    );
  });

  it('come from the pages too', async () => {
    const { email } = await test.api.person();
    const browser = new Visitor(test.api);
    await browser.submit('/login', { email, password: 'not it 1234' });
    await browser.submit('/login', { email, password: PASSWORD });
    await browser.submit('/login', { email, password: PASSWORD });
    await browser.submit('/logout', {});
    expect(wordsOf(await written(test.dataSource, 8))).toEqual([
      ['authn_login_fail', 'wrong_password'],
      ['authn_login_success', null],
      ['authn_login_success', null],
      ['session_created', 'browser'],
      ['session_created', 'browser'],
      ['session_expired', 'logged_out'],
      ['session_expired', 'replaced'],
      ['user_created', null],
    ]);
  });

  it('tell of a limit or a wrong client once in a while, however often it is refused', async () => {
    const over = RATE_LIMITS.register.points + 5;
    for (let i = 0; i < over; i++) await send('/api/register', {}, '203.0.113.30');
    for (let i = 0; i < 3; i++) await send('/api/introspect', { token: 'x' }, '203.0.113.31');
    const rows = await written(test.dataSource, 2);
    expect(wordsOf(rows)).toEqual([
      ['authz_fail', 'introspection'],
      ['excess_rate_limit_exceeded', 'register'],
    ]);
    expect(rows.map(({ address }) => address).sort()).toEqual(['203.0.113.30', '203.0.113.31']);
  });

  it('hold nothing of the headers but the bounded user agent', async () => {
    await test.api.send('POST', '/api/login', {
      headers: {
        'content-type': 'application/json',
        'user-agent': `\t"}{\\n${'x'.repeat(5000)}`,
        cookie: 'a=tr0ub4dor',
      },
      body: JSON.stringify({ email: newEmail(), password: PASSWORD }),
    });
    const [row] = await written(test.dataSource, 1);
    expect(row?.userAgent).toBe(`"}{\\n${'x'.repeat(250)}`);
    expect(JSON.stringify(row)).not.toContain('tr0ub4dor');
  });
});
