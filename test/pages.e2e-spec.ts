import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newEmail, sessionIdOf } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { loggedIn, Visitor } from './support/visitor.js';

describe('pages', () => {
  let test: TestApp;
  let visitor: Visitor;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());
  beforeEach(() => {
    visitor = new Visitor(test.api);
  });

  it("lead from registering over logging in to one's own name, and out again", async () => {
    const email = newEmail();
    const registered = await visitor.submit('/register', { name: '<b>Ana</b>', email, password: 'abcd 1234!' });
    expect([registered.status, registered.headers.get('location')]).toEqual([303, '/login']);
    expect((await visitor.get('/login')).text).toContain('Your account is ready. Please log in.');
    expect((await visitor.get('/login')).text).not.toContain('Your account is ready');

    const loggedIn = await visitor.submit('/login', { email, password: 'abcd 1234!' });
    expect([loggedIn.status, loggedIn.headers.get('location')]).toEqual([303, '/']);
    const home = await visitor.get('/');
    expect(home.status).toBe(200);
    expect(home.text).toContain(`Hello, &lt;b&gt;Ana&lt;/b&gt; <span class="address">(${email})</span>`);
    expect(home.text).not.toContain('<b>Ana');

    const loggedOut = await visitor.submit('/logout', {});
    expect([loggedOut.status, loggedOut.headers.get('location')]).toEqual([303, '/login']);
    expect((await visitor.get('/login')).text).toContain('You are logged out.');
    expect((await visitor.get('/')).status).toBe(303);
  });

  it('send who is not logged in to the login page, with a notice', async () => {
    const home = await visitor.get('/');
    expect([home.status, home.headers.get('location')]).toEqual([303, '/login']);
    expect((await visitor.get('/login')).text).toContain('Please log in to see this page.');
  });

  it('show a refused registration again: the faults beside the fields, what was typed, never the password', async () => {
    const answer = await visitor.submit('/register', { name: '"Ana"', email: 'nope', password: 'sesame-secret' });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.text).toContain('<a href="#email">Email: Invalid email address.</a>');
    expect(answer.text).toMatch(/id="email-errors"[^>]*><li>Invalid email address\.<\/li>/);
    expect(answer.text).toMatch(/id="password-errors"[^>]*><li>Password must contain both letters and numbers\.<\/li>/);
    expect(answer.text).toContain('value="&quot;Ana&quot;"');
    expect(answer.text).toContain('value="nope"');
    expect(answer.text).not.toContain('sesame-secret');
  });

  it('say beside the field that an address is taken', async () => {
    const { email } = await test.api.person();
    const answer = await visitor.submit('/register', { name: 'Ana', email, password: 'abcd1234' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<li>Email already registered. Please use a different email address.</li>');
  });

  it('say that a login failed without saying why, and keep the address', async () => {
    const { email } = await test.api.person();
    for (const address of [email, newEmail()]) {
      const answer = await visitor.submit('/login', { email: address, password: 'wrong 1234' });
      expect(answer.status).toBe(401);
      expect(answer.text).toMatch(/role="alert"[^>]*>\s*<p>Invalid credentials\.<\/p>/);
      expect(answer.text).toContain(`value="${address}"`);
    }
  });

  it('ask for what is missing at the login', async () => {
    const answer = await visitor.submit('/login', { email: 'ana@example.com', password: '' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<a href="#password">Password: This field is required.</a>');
    expect(answer.text).not.toContain('Email: This field is required.');
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another site by fetch metadata', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }],
  ])('refuse a form from %s', async (_, headers) => {
    const { browser, person } = await loggedIn(test.api);
    const { token } = await test.api.logIn(person);
    for (const path of [
      '/login',
      '/register',
      '/logout',
      '/account/devices/logout-others',
      `/account/devices/${sessionIdOf(token)}/logout`,
    ]) {
      const answer = await browser.submit(path, { ...person }, headers);
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(answer.text).toContain('The form was not sent from this site.');
    }
    // Nothing has ended.
    expect((await browser.get('/account')).text).toContain(`/account/devices/${sessionIdOf(token)}/logout`);
    expect((await test.api.userInfo(token)).status).toBe(200);
  });

  it('do not take broken bytes for a password', async () => {
    const { email } = await test.api.person({ password: 'abcd1234\ufffd' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: test.url };
    const body = (password: string) => `email=${encodeURIComponent(email)}&password=${password}`;
    const broken = await test.api.send('POST', '/login', { headers, body: body('abcd1234%ff') });
    expect(broken.status).toBe(400);
    expect((await test.api.send('POST', '/login', { headers, body: body('abcd1234%EF%BF%BD') })).status).toBe(303);
  });

  it('read only forms', async () => {
    const headers = { 'content-type': 'application/json', origin: test.url };
    const answer = await test.api.send('POST', '/login', { headers, body: '{"email":"a@example.com","password":"x"}' });
    expect(answer.status).toBe(415);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('have a page for what is not there', async () => {
    for (const path of ['/nope', '/register/', '/LOGIN', '/.env', '/views/pages/home.hbs']) {
      const answer = await visitor.get(path);
      expect(answer.status).toBe(404);
      expect(answer.text).toContain('There is nothing at this address.');
      expect(answer.text).not.toContain(path);
    }
  });

  it('never take a template option, a notice or a way on from the request', async () => {
    const plain = (await visitor.get('/login')).text;
    const query =
      'layout=/etc/passwd&cache=&settings[views]=/etc&notice=hacked&next=//evil.example&title=hacked&problem=x';
    expect((await visitor.get(`/login?${query}`)).text).toBe(plain);
    visitor.cookies.set('kunci_notice', 'toString');
    expect((await visitor.get('/login')).text).toBe(plain);
    const { email, password } = await test.api.person();
    expect(
      (await visitor.submit('/login?next=//evil.example', { email, password, next: '//evil.example' })).headers.get(
        'location',
      ),
    ).toBe('/');
    const faulty = { email: 'x', password: 'x', layout: '/etc/passwd', settings: 'x', problem: 'hacked' };
    expect((await visitor.submit('/login', faulty)).text).not.toMatch(/hacked|root:/);
  });
});
