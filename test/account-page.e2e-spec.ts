import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sessionIdOf } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { loggedIn, Visitor } from './support/visitor.js';

const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

describe('account page', () => {
  let test: TestApp;
  let visitor: Visitor;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());
  beforeEach(() => {
    visitor = new Visitor(test.api);
  });

  /** The devices that the page can log out: all but the one that looks at it. */
  async function othersOf(browser: Visitor): Promise<string[]> {
    const { text } = await browser.get('/account');
    return [...text.matchAll(/action="\/account\/devices\/([\da-f-]{36})\/logout"/g)].map(([, id]) => id ?? '');
  }

  it('list the devices of the account and log them out, one or all others', async () => {
    const { browser, person } = await loggedIn(test.api);
    const phone = new Visitor(test.api);
    await phone.submit('/login', { ...person }, { 'user-agent': SAFARI });
    const app = await test.api.logIn(person);
    const stranger = await loggedIn(test.api);

    const page = (await browser.get('/account')).text;
    expect(page).toContain('Safari on iOS');
    expect(page.match(/This device/g)).toHaveLength(1);
    expect(await othersOf(browser)).toHaveLength(2);

    const [phoneId] = (await othersOf(browser)).filter((id) => id !== sessionIdOf(app.token));
    expect((await stranger.browser.submit(`/account/devices/${phoneId}/logout`, {})).status).toBe(303);
    expect((await phone.get('/')).status).toBe(200);
    const ended = await browser.submit(`/account/devices/${phoneId}/logout`, {});
    expect([ended.status, ended.headers.get('location')]).toEqual([303, '/account']);
    expect((await browser.get('/account')).text).toContain('That device is logged out.');
    expect((await phone.get('/')).status).toBe(303);
    expect((await test.api.userInfo(app.token)).status).toBe(200);

    await browser.submit('/account/devices/logout-others', {});
    const after = (await browser.get('/account')).text;
    expect(after).toContain('All your other devices are logged out.');
    expect(after).not.toContain('Log out everywhere else');
    expect((await test.api.userInfo(app.token)).status).toBe(401);
    expect((await test.api.refresh(app.refreshToken)).status).toBe(401);
    expect((await stranger.browser.get('/')).status).toBe(200);
  });

  it('show what a device says of itself as text', async () => {
    const { browser, person } = await loggedIn(test.api);
    await new Visitor(test.api).submit('/login', { ...person }, { 'user-agent': '<script>alert(1)</script>' });
    const page = (await browser.get('/account')).text;
    expect(page).toContain('&lt;script&gt;alert');
    expect(page).not.toContain('<script>alert');
  });

  it('send who is not logged in to the login instead of the account, and log nothing out for them', async () => {
    const { browser, person } = await loggedIn(test.api);
    const { token } = await test.api.logIn(person);
    const id = sessionIdOf(token);
    for (const answer of [
      await visitor.get('/account'),
      await visitor.submit(`/account/devices/${id}/logout`, {}),
      await visitor.submit('/account/devices/logout-others', {}),
    ]) {
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login']);
    }
    expect((await browser.get('/')).status).toBe(200);
    expect((await test.api.userInfo(token)).status).toBe(200);
  });
});
