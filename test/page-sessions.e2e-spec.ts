import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '../src/sessions/session.entity.js';
import { startApp, type TestApp } from './support/app.js';
import { loggedIn, Visitor } from './support/visitor.js';

describe('sessions of the pages', () => {
  let test: TestApp;
  let visitor: Visitor;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());
  beforeEach(() => {
    visitor = new Visitor(test.api);
  });

  /** Whether a cookie has just been given 14 days; a few seconds of them may have passed. */
  const isMaxAgeOf14Days = (cookie: string) => {
    const left = 14 * 86_400 - Number(/Max-Age=(\d+)/.exec(cookie)?.[1]);
    return left >= 0 && left < 5;
  };
  const cookieOf = ({ cookies }: Visitor) => cookies.get('kunci_session') ?? '';
  const rows = () => test.dataSource.getRepository<Session>('Session');
  const rowOf = (browser: Visitor) => rows().findOneByOrFail({ handleHash: sha256(cookieOf(browser)) });
  const sha256 = (token: string) => createHash('sha256').update(Buffer.from(token, 'base64url')).digest('base64url');

  it('treat a broken or foreign session as none', async () => {
    const { browser, person } = await loggedIn(test.api);
    const api = await test.api.logIn(person);
    expect((await browser.get('/')).status).toBe(200);
    const handle = Buffer.from(api.refreshToken, 'base64url').subarray(0, 32).toString('base64url');
    for (const cookie of [
      'x',
      cookieOf(browser).slice(0, -1),
      `${cookieOf(browser)}A`,
      'A'.repeat(43),
      api.token,
      api.refreshToken,
      // The half of a refresh token by which its session is found.
      handle,
    ]) {
      visitor.cookies.set('kunci_session', cookie);
      expect((await visitor.get('/')).status).toBe(303);
    }
    // And the cookie of a browser is no token of the API.
    expect((await test.api.refresh(cookieOf(browser))).status).toBe(401);
    expect((await test.api.refresh(cookieOf(browser).padEnd(96, 'A'))).status).toBe(401);
    expect((await test.api.userInfo(cookieOf(browser))).status).toBe(401);
    expect((await browser.get('/')).status).toBe(200);
  });

  it('treat an ended or expired session, one of an old password and one of a locked account as none', async () => {
    const changes = [
      (row: Session) => rows().update({ id: row.id }, { expiresAt: new Date(Date.now() - 1) }),
      (row: Session) => rows().update({ id: row.id }, { endedAt: new Date() }),
      (row: Session) => test.dataSource.query('UPDATE users SET password_version = 2 WHERE id = ?', [row.userId]),
      (row: Session) => test.dataSource.query('UPDATE users SET locked_at = created_at WHERE id = ?', [row.userId]),
      (row: Session) => test.dataSource.query('DELETE FROM users WHERE id = ?', [row.userId]),
    ];
    for (const change of changes) {
      const { browser } = await loggedIn(test.api);
      await change(await rowOf(browser));
      expect((await browser.get('/')).status).toBe(303);
    }
  });

  it('keep the session where no script can read it, until the browser is closed', async () => {
    const { email, password } = await test.api.person();
    const [cookie = ''] = (await visitor.submit('/login', { email, password })).headers.getSetCookie();
    expect(cookie).toMatch(/^kunci_session=[\w-]{43}; /);
    expect(cookie.split('; ').slice(1).sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax']);
    const { startedAt, expiresAt, kind } = await rowOf(visitor);
    expect([kind, expiresAt.getTime() - startedAt.getTime()]).toEqual(['browser', 12 * 3_600_000]);
  });

  it('remember who ticked the box, for 14 days without a visit', async () => {
    const { email, password } = await test.api.person();
    const answer = await visitor.submit('/login', { email, password, remember: 'on' });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(isMaxAgeOf14Days(cookie)).toBe(true);
    const { startedAt, expiresAt, kind } = await rowOf(visitor);
    expect([kind, expiresAt.getTime() - startedAt.getTime()]).toEqual(['remembered_browser', 14 * 86_400_000]);
    expect((await visitor.submit('/login', { email, password: 'wrong', remember: 'on' })).text).toMatch(
      /id="remember"[^>]* checked>/,
    );
    expect((await visitor.get('/login')).text).not.toMatch(/id="remember"[^>]* checked>/);
  });

  it('renew a session quietly while it is used, at most every few minutes', async () => {
    const { browser } = await loggedIn(test.api, { remember: 'on' });
    const before = await rowOf(browser);
    expect((await browser.get('/')).headers.getSetCookie()).toEqual([]);
    expect(await rowOf(browser)).toEqual(before);

    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    await rows().update({ id: before.id }, { lastSeenAt: minutesAgo(6), expiresAt: minutesAgo(-1) });
    const cookie = cookieOf(browser);
    const [renewed = ''] = (await browser.get('/account')).headers.getSetCookie();
    expect(cookieOf(browser)).toBe(cookie);
    expect(isMaxAgeOf14Days(renewed)).toBe(true);
    const { lastSeenAt, expiresAt } = await rowOf(browser);
    expect(expiresAt.getTime() - lastSeenAt.getTime()).toBe(14 * 86_400_000);

    await rows().update({ id: before.id }, { lastSeenAt: minutesAgo(6), startedAt: minutesAgo(90 * 1440 - 10) });
    await browser.get('/');
    expect((await rowOf(browser)).expiresAt.getTime()).toBeLessThan(Date.now() + 11 * 60_000);
  });

  it('start a new session at each login and end the one before', async () => {
    const { browser, person } = await loggedIn(test.api);
    const old = cookieOf(browser);
    const before = await rowOf(browser);
    await browser.submit('/login', { ...person });
    expect(cookieOf(browser)).not.toBe(old);
    visitor.cookies.set('kunci_session', old);
    expect((await visitor.get('/')).status).toBe(303);
    expect((await rows().findOneByOrFail({ id: before.id })).endReason).toBe('replaced');
    // A session that somebody planted before is not taken over either.
    visitor.cookies.set('kunci_session', 'A'.repeat(43));
    await visitor.submit('/login', { ...person });
    expect(cookieOf(visitor)).not.toBe('A'.repeat(43));
  });

  it('end the session on the server at a logout, not only the cookie', async () => {
    const { browser } = await loggedIn(test.api);
    const copied = cookieOf(browser);
    await browser.submit('/logout', {});
    expect(cookieOf(browser)).toBe('');
    visitor.cookies.set('kunci_session', copied);
    expect((await visitor.get('/')).status).toBe(303);
  });
});

describe('sessions of the pages with a short idle time', () => {
  it('end after it, remembered or not', async () => {
    const test = await startApp({ SESSION_IDLE_TTL: '1h' });
    try {
      const { email, password } = await test.api.person();
      for (const remember of ['on', '']) await new Visitor(test.api).submit('/login', { email, password, remember });
      const rows = await test.dataSource.getRepository<Session>('Session').find();
      expect(rows.map(({ startedAt, expiresAt }) => expiresAt.getTime() - startedAt.getTime())).toEqual([
        3_600_000, 3_600_000,
      ]);
    } finally {
      await test.stop();
    }
  });
});

describe('sessions of the pages behind a proxy', () => {
  const https = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };

  it('bind their cookies to the host when the trusted proxy says https', async () => {
    const test = await startApp({ TRUST_PROXY: '127.0.0.1' });
    try {
      const person = await test.api.person();
      const visitor = new Visitor(test.api, https);
      await visitor.get('/');
      const lines = (await visitor.submit('/login', { ...person })).headers.getSetCookie();
      expect(lines).toHaveLength(2);
      expect(lines[1]).toMatch(/^__Host-kunci_device=1\..+; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax$/);
      expect(lines[0]).toMatch(/^__Host-kunci_session=[\w-]{43}; /);
      expect(lines[0]?.split('; ').slice(1).sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure']);
      expect([...visitor.cookies.keys()].join()).toMatch(/^(__Host-kunci_(device|notice|session),?){3}$/);
      expect((await visitor.get('/')).status).toBe(200);
      expect((await visitor.get('/account')).text).toContain('203.0.113.7');

      // A cookie without the prefix may come from a neighbouring host or over plain HTTP.
      const planted = new Visitor(test.api, https);
      planted.cookies.set('kunci_session', visitor.cookies.get('__Host-kunci_session') ?? '');
      expect((await planted.get('/')).status).toBe(303);
      await visitor.submit('/logout', {});
      expect((await visitor.get('/')).status).toBe(303);
    } finally {
      await test.stop();
    }
  });

  it('believe no proxy that is not trusted', async () => {
    const test = await startApp({ TRUST_PROXY: '10.0.0.1' });
    try {
      const visitor = new Visitor(test.api, https);
      const answer = await visitor.submit('/login', { ...(await test.api.person()) });
      expect(answer.headers.getSetCookie()[0]).toMatch(/^kunci_session=(?!.*Secure)/);
      expect((await visitor.get('/account')).text).not.toContain('203.0.113.7');
    } finally {
      await test.stop();
    }
  });
});
