import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { formatInstant } from '../src/i18n/instants.js';
import { sessionIdOf, type SignedIn } from './support/api.js';
import { PASSWORD, startBrowser, type TestBrowser } from './support/browser.js';

describe('account page in a browser', () => {
  let test: TestBrowser;
  beforeAll(async () => {
    test = await startBrowser();
  });
  afterAll(() => test.stop());

  /** Opens the account of someone who is also logged in elsewhere. */
  async function openAccount(page: Page): Promise<SignedIn> {
    const elsewhere = await test.api.signedIn({ password: PASSWORD });
    await page.goto('/login');
    await test.logIn(page, elsewhere.email);
    await page.getByRole('link', { name: 'Your account and devices' }).click();
    await page.waitForURL('**/account');
    return elsewhere;
  }

  const scripts = [
    ['with scripts', true],
    ['without scripts', false],
  ] as const;

  it.each(scripts)('shows the devices and logs one of them out (%s)', async (_, javaScriptEnabled) => {
    await test.visit({ javaScriptEnabled }, async (page) => {
      const elsewhere = await openAccount(page);
      const devices = page.getByRole('listitem');
      expect(await devices.count()).toBe(2);
      const here = devices.filter({ hasText: 'This device' });
      expect(await here.textContent()).toMatch(/Chrome on Linux/);
      expect(await here.getByRole('button').count()).toBe(0);
      await page.getByRole('button', { name: /^Log out node/ }).click();
      await page.getByRole('status').getByText('That device is logged out.').waitFor();
      expect(await devices.count()).toBe(1);
      expect((await test.api.userInfo(elsewhere.token)).status).toBe(401);
    });
  });

  it.each(scripts)('logs out everywhere else, and stays logged in here (%s)', async (_, javaScriptEnabled) => {
    await test.visit({ javaScriptEnabled }, async (page) => {
      const elsewhere = await openAccount(page);
      await page.getByRole('button', { name: 'Log out everywhere else' }).click();
      await page.getByRole('status').getByText('All your other devices are logged out.').waitFor();
      expect(await page.getByRole('listitem').count()).toBe(1);
      expect(await page.getByRole('button', { name: 'Log out everywhere else' }).count()).toBe(0);
      expect((await test.api.userInfo(elsewhere.token)).status).toBe(401);
      await page.goto('/');
      expect(new URL(page.url()).pathname).toBe('/');
    });
  });

  it('is left for the login when another device logs this one out', async () => {
    await test.visit({}, async (page) => {
      const elsewhere = await openAccount(page);
      const [here] = (await test.api.sessions(elsewhere.token)).filter(({ id }) => id !== sessionIdOf(elsewhere.token));
      await test.api.as(elsewhere.token, 'DELETE', `/api/sessions/${here?.id}`);
      await page.reload();
      expect(new URL(page.url()).pathname).toBe('/login');
      expect(await page.getByRole('status').first().textContent()).toBe('Please log in to see this page.');
    });
  });

  it('says when a device was last seen in the time of the reader', async () => {
    // To its reader's browser English is American; the page's English is not.
    await test.visit({ timezoneId: 'Asia/Jakarta', locale: 'en-US' }, async (page) => {
      await openAccount(page);
      const device = page.getByRole('listitem').filter({ hasText: 'node' });
      const time = device.locator('time');
      const inJakarta = new Date(Date.parse((await time.getAttribute('datetime')) ?? '') + 7 * 3_600_000);
      const shown = formatInstant(inJakarta, 'en').replace(' UTC', '');
      expect(await time.textContent()).toBe(shown);
      expect(await device.getByRole('button').getAttribute('aria-label')).toBe(`Log out node, last seen ${shown}`);
    });
  });

  it.each([
    ['is remembered', true],
    ['is forgotten when the browser is closed', false],
  ])('belongs to a login that %s, as the box says', async (_, isTicked) => {
    const { email } = await test.api.person({ password: PASSWORD });
    await test.visit({}, async (page) => {
      await page.goto('/login');
      if (isTicked) await page.getByLabel('Remember me').check();
      await test.logIn(page, email);
      const [cookie] = (await page.context().cookies()).filter(({ name }) => name === 'kunci_session');
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
      if (isTicked) expect((cookie?.expires ?? 0) - Date.now() / 1000).toBeGreaterThan(14 * 86_400 - 60);
      else expect(cookie?.expires).toBe(-1);
    });
  });
});
