import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PASSWORD } from './support/api.js';
import { type MailedApp, startMailedApp } from './support/mailed-app.js';
import { loggedIn, redirected, Visitor } from './support/visitor.js';

const NEW_PASSWORD = 'quiet river 7 lantern';

describe('pages of the account', () => {
  let test: MailedApp;
  let visitor: Visitor;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());
  beforeEach(() => {
    visitor = new Visitor(test.api);
  });

  const FOREIGN: Record<string, string>[] = [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }];
  const FORMS = ['/account/name', '/account/password', '/account/email', '/account/delete'];

  it('are all found from the account, and a forgotten password from the login', async () => {
    const { browser } = await loggedIn(test.api);
    const account = (await browser.get('/account')).text;
    for (const path of [...FORMS, '/account/export']) {
      expect(account).toContain(`<a href="${path}">`);
      expect((await browser.get(path)).status).toBe(200);
    }
    expect((await visitor.get('/login')).text).toContain('<a href="/forgot-password">');
  });

  it('send who is not logged in to the login, whatever they sent', async () => {
    for (const path of [...FORMS, '/account/export'])
      expect(redirected(await visitor.get(path))).toEqual([303, '/login']);
    for (const path of FORMS) expect(redirected(await visitor.submit(path, { x: '' }))).toEqual([303, '/login']);
    expect((await visitor.get('/login')).text).toContain('Please log in to see this page.');
  });

  it('refuse forms of other sites', async () => {
    const { browser, person } = await loggedIn(test.api);
    const links = ['/forgot-password', '/reset-password', '/verify-email', '/verify-email/resend'];
    for (const path of [...FORMS, ...links, '/confirm-email', '/undo-email-change']) {
      for (const headers of FOREIGN) {
        const answer = await browser.submit(path, { ...person, name: 'Eve', language: 'id' }, headers);
        expect([path, answer.status, answer.headers.getSetCookie()]).toEqual([path, 403, []]);
      }
    }
    expect((await browser.get('/')).text).toContain(`Hello, Ana <span class="address">(${person.email})`);
  });

  it('change the name and the language, and speak it at once and after the logout', async () => {
    const { browser } = await loggedIn(test.api);
    expect((await browser.get('/account/name')).text).toMatch(/<option value="en" lang="en" selected>English/);
    const changed = await browser.submit('/account/name', { name: '<b>Ana Putri</b>', language: 'id' });
    expect(redirected(changed)).toEqual([303, '/account']);
    const account = (await browser.get('/account')).text;
    expect(account).toContain('Perubahan Anda sudah disimpan.');
    expect(account).toContain('&lt;b&gt;Ana Putri&lt;/b&gt;');
    expect((await browser.get('/account/name')).text).toMatch(/<option value="id" lang="id" selected>Bahasa Indonesia/);
    await browser.submit('/logout', {});
    expect((await browser.get('/login')).text).toContain('<html lang="id">');
  });

  it('keep what was typed beside the fault of a name', async () => {
    const { browser } = await loggedIn(test.api);
    const page = await browser.submit('/account/name', { name: 'x'.repeat(151), language: 'id' });
    expect(page.status).toBe(400);
    expect(page.text).toContain('<a href="#name">Name: Field must be between 1 and 150 characters long.</a>');
    expect(page.text).toContain(`value="${'x'.repeat(151)}"`);
    expect(page.text).toMatch(/<option value="id" lang="id" selected>/);
    const unknown = await browser.submit('/account/name', { name: 'Ana', language: 'xx' });
    expect(unknown.status).toBe(400);
    expect(unknown.text).toContain('<a href="#language">Language: This language is not available.</a>');
    expect(unknown.text).toMatch(
      /<select id="language"[^>]* aria-invalid="true"[^>]* aria-describedby="[^"]*language-errors"/,
    );
    expect(unknown.text).toContain(
      '<ul class="errors" id="language-errors"><li>This language is not available.</li></ul>',
    );
  });

  it('change the password, keep this browser and log out the others', async () => {
    const { browser, person } = await loggedIn(test.api);
    const other = await test.api.logIn(person);
    const wrong = await browser.submit('/account/password', {
      current_password: 'wrong 1',
      new_password: NEW_PASSWORD,
    });
    expect(wrong.status).toBe(403);
    expect(wrong.text).toContain('<a href="#current_password">Current password: The password is not right.</a>');
    expect(wrong.text).not.toContain(NEW_PASSWORD);
    const weak = await browser.submit('/account/password', { current_password: PASSWORD, new_password: 'short' });
    expect(weak.status).toBe(400);
    expect(weak.text).toMatch(/id="new_password-errors"[^>]*><li>Password must be at least 8 characters long\.<\/li>/);
    expect(weak.text).not.toContain('#current_password');

    const fields = { current_password: PASSWORD, new_password: NEW_PASSWORD };
    expect(redirected(await browser.submit('/account/password', fields))).toEqual([303, '/account']);
    expect((await browser.get('/account')).text).toContain(
      'Your password is changed. Your other devices are logged out.',
    );
    expect((await test.api.userInfo(other.token)).status).toBe(401);
    expect((await test.api.login(person.email, NEW_PASSWORD)).status).toBe(200);
  });

  it('give everything that is kept of a person as a file, of nobody else', async () => {
    const { browser, person } = await loggedIn(test.api);
    const { headers, text } = await browser.get('/account/export');
    expect(headers.get('content-disposition')).toBe('attachment; filename="kunci-account.json"');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    const data = JSON.parse(text) as { account: object; sessions: object[]; security_events: object[] };
    expect(data.account).toMatchObject({ name: 'Ana', email: person.email });
    expect(data.sessions).toHaveLength(1);
    expect(text).not.toMatch(/\$2b\$|hash/i);
  });

  it('delete the account after the password, and forget the browser', async () => {
    const { browser, person } = await loggedIn(test.api);
    const refused = await browser.submit('/account/delete', { password: 'wrong 1' });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('<a href="#password">Password: The password is not right.</a>');
    expect((await browser.submit('/account/delete', { password: '' })).status).toBe(400);
    expect((await browser.get('/')).status).toBe(200);

    expect(redirected(await browser.submit('/account/delete', { password: PASSWORD }))).toEqual([303, '/login']);
    expect([...browser.cookies.keys()]).toEqual(['kunci_notice']);
    expect((await browser.get('/login')).text).toContain('Your account is deleted.');
    expect((await test.api.login(person.email, PASSWORD)).status).toBe(401);
  });

  it('count guesses at the password of who is logged in, and say when to wait', async () => {
    const { browser } = await loggedIn(test.api);
    const statuses = [];
    for (let guess = 0; guess < 12; guess++) {
      statuses.push((await browser.submit('/account/delete', { password: `wrong ${guess}` })).status);
    }
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(403));
    const page = await browser.submit('/account/delete', { password: 'wrong' });
    expect([page.status, page.headers.has('retry-after')]).toEqual([429, true]);
    expect(page.text).toContain('<p>Please wait a moment and try again.</p>');
    expect(page.text).toContain('action="/account/delete"');
  });
});
