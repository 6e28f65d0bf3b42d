import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newEmail, PASSWORD } from './support/api.js';
import { type MailedApp, startMailedApp } from './support/mailed-app.js';
import { loggedIn, redirected, Visitor } from './support/visitor.js';

const NEW_PASSWORD = 'quiet river 7 lantern';
const FORGED = 'A'.repeat(43);

describe('pages', () => {
  let test: MailedApp;
  let visitor: Visitor;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());
  beforeEach(() => {
    visitor = new Visitor(test.api);
  });

  /** A link of each kind that waits in a mailbox, so that using one up leaves the next ones good. */
  async function links(): Promise<{ path: string; token: string }[]> {
    const { email } = await test.api.person();
    const verify = await test.tokenTo(email);
    await visitor.submit('/forgot-password', { email });
    const reset = await test.tokenTo(email, 2);

    const { browser, person } = await loggedIn(test.api);
    const [first, second] = [newEmail(), newEmail()];
    await browser.submit('/account/email', { email: first, password: person.password });
    await browser.submit('/confirm-email', { token: await test.tokenTo(first) });
    const undo = await test.tokenTo(person.email, 2);
    await browser.submit('/account/email', { email: second, password: person.password });
    return [
      { path: '/verify-email', token: verify },
      { path: '/reset-password', token: reset },
      { path: '/confirm-email', token: await test.tokenTo(second) },
      { path: '/undo-email-change', token: undo },
    ];
  }

  const LINK_PATHS = ['/reset-password', '/verify-email', '/confirm-email', '/undo-email-change'];

  describe('that links in mails lead to', () => {
    it('hold the token in their form and nowhere else, and offer nothing that could carry it away', async () => {
      for (const { path, token } of await links()) {
        const page = await visitor.get(`${path}?token=${token}`);
        expect([path, page.status]).toEqual([path, 200]);
        expect(page.text.split(token)).toHaveLength(2);
        expect(page.text).toContain(`<input type="hidden" name="token" value="${token}">`);
        expect(page.text).toContain(`<form method="post" action="${path}"`);
        expect(page.text).not.toContain('action="/language"');
        expect(page.headers.get('referrer-policy')).toBe('strict-origin');
        expect(page.headers.get('cache-control')).toBe('no-store');
        expect(page.headers.getSetCookie()).toEqual([]);
      }
    });

    it('change nothing when something merely opens them, as scanners of mail and previews do', async () => {
      for (const { path, token } of await links()) {
        const url = `${path}?token=${token}`;
        for (const method of ['GET', 'HEAD', 'GET']) {
          expect((await test.api.send(method, url, { headers: { 'sec-purpose': 'prefetch' } })).status).toBe(200);
        }
        const used = await visitor.submit(path, { token, password: NEW_PASSWORD });
        expect(redirected(used)).toEqual([303, '/login']);
        expect((await visitor.get(url)).status).toBe(400);
      }
    });

    it.each(LINK_PATHS)('say what to do when the link opens nothing: %s', async (path) => {
      const mine = await test.tokenTo((await test.api.person()).email);
      const foreign = path === '/verify-email' ? `${mine}&token=${mine}` : mine;
      for (const query of ['', '?token=', `?token=${FORGED}`, '?token=undefined', '?token[]=x', `?token=${foreign}`]) {
        const page = await visitor.get(path + query);
        expect(page.status).toBe(400);
        expect(page.text).toMatch(/role="alert"[^>]*>\s*<p>This link is not valid any more\.<\/p>/);
        expect(page.text).toMatch(/Such a link works once/);
        expect(page.text).not.toContain(mine);
        expect(page.text).not.toContain(FORGED);
      }
      for (const token of ['', FORGED, mine.slice(1), undefined]) {
        const page = await visitor.submit(path, { ...(token !== undefined && { token }), password: NEW_PASSWORD });
        expect([page.status, page.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
        expect(page.text).toContain('This link is not valid any more.');
        expect(page.text).not.toMatch(/name="token"/);
      }
    });

    it('are too late after the time of the link', async () => {
      const found = await links();
      await test.expireTokens();
      for (const { path, token } of found) {
        expect((await visitor.get(`${path}?token=${token}`)).status).toBe(400);
        expect((await visitor.submit(path, { token, password: NEW_PASSWORD })).status).toBe(400);
      }
    });
  });

  describe('of a forgotten password', () => {
    it('say the same to everybody', async () => {
      const { email } = await test.api.person();
      const pages = [];
      for (const address of [email, newEmail(), 'nobody']) {
        expect(redirected(await visitor.submit('/forgot-password', { email: address }))).toEqual([
          303,
          '/forgot-password',
        ]);
        pages.push((await visitor.get('/forgot-password')).text);
      }
      expect(new Set(pages).size).toBe(1);
      expect(pages[0]).toContain('If there is an account with this address, a mail is on its way.');
      expect((await visitor.get('/forgot-password')).text).not.toContain('a mail is on its way');
      await test.mail.to(email, 2);
    });

    it('ask for an address', async () => {
      const page = await visitor.submit('/forgot-password', { email: ' ' });
      expect(page.status).toBe(400);
      expect(page.text).toContain('<a href="#email">Email: This field is required.</a>');
    });

    it('lead from the mail to a new password, and stay while it is refused', async () => {
      const { email } = await test.api.person();
      await visitor.submit('/forgot-password', { email });
      const token = await test.tokenTo(email, 2);
      const username = `<input type="text" name="username" value="${email}" autocomplete="username" readonly hidden>`;
      expect((await visitor.get(`/reset-password?token=${token}`)).text).toContain(username);
      const refused = await visitor.submit('/reset-password', { token, username: email, password: 'sesame-secret' });
      expect(refused.status).toBe(400);
      expect(refused.text).toContain(username);
      expect(refused.text).toContain('New password: Password must contain both letters and numbers.');
      expect(refused.text).not.toContain('sesame-secret');
      expect(refused.text.split(token)).toHaveLength(2);
      expect(refused.text).not.toContain('action="/language"');

      expect(redirected(await visitor.submit('/reset-password', { token, password: NEW_PASSWORD }))).toEqual([
        303,
        '/login',
      ]);
      expect((await visitor.get('/login')).text).toContain('Your password is changed. Please log in with the new one.');
      expect((await visitor.submit('/login', { email, password: PASSWORD })).status).toBe(401);
      expect((await visitor.submit('/login', { email, password: NEW_PASSWORD })).status).toBe(303);
    });
  });
});
