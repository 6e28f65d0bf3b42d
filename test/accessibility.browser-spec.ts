import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { LANGUAGES } from '../src/i18n/languages.js';
import { DevMailbox } from '../src/mail/dev-mailbox.js';
import { UsersService } from '../src/users/users.service.js';
import { newEmail } from './support/api.js';
import { PASSWORD, startBrowser, type TestBrowser } from './support/browser.js';
import { eventually } from './support/process.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PHONE = { width: 360, height: 740 };

const PUBLIC_PAGES = [
  '/login',
  '/register',
  '/forgot-password',
  '/verify-email/resend',
  '/reset-password',
  '/nope',
  '/docs',
];
const OWN_PAGES = ['/', '/account', '/account/name', '/account/password', '/account/email', '/account/delete'];

/** What comes back with a fault. */
const FAULTY: [string, Record<string, string>][] = [
  ['/account/name', { name: ' ' }],
  ['/account/password', { current_password: 'wrong', new_password: 'a quiet river 7' }],
  ['/account/email', { email: 'ana@example.org', password: 'wrong' }],
  ['/account/delete', { password: 'wrong' }],
];

describe('pages for everyone', () => {
  let test: TestBrowser;
  beforeAll(async () => {
    test = await startBrowser();
  });
  afterAll(() => test.stop());

  async function linkTo(address: string, path: string): Promise<string> {
    const links = () =>
      test.app
        .get(DevMailbox)
        .list()
        .filter(({ to }) => to === address)
        .flatMap(({ text }) => /https?:\/\/[^/]+(\/[a-z-]+\?token=[\w-]+)/.exec(text)?.[1] ?? [])
        .filter((link) => link.startsWith(path));
    await eventually(() => links().length > 0);
    return links()[0] ?? '';
  }

  /** Takes somebody through every page. */
  async function seeAll(page: Page, look: () => Promise<void>): Promise<void> {
    const [email, changed] = [newEmail(), newEmail()];
    const open = async (path: string) => {
      await page.goto(path);
      await look();
    };
    for (const path of PUBLIC_PAGES) await open(path);
    await seeRefusals(page, look);
    await test.api.person({ email, password: PASSWORD });
    await page.goto('/login');
    await send(page, { email, password: 'wrong' });
    await page.locator('.problems').waitFor();
    await look();
    await send(page, { password: PASSWORD });
    await page.waitForURL(`${test.url}/`);
    await test.api.login(email, PASSWORD);
    for (const path of OWN_PAGES) await open(path);
    expect(await page.goto('/account').then(() => page.getByRole('listitem').count())).toBe(2);
    for (const [path, fields] of FAULTY) {
      await page.goto(path);
      await send(page, fields);
      await page.locator('[aria-invalid=true]').waitFor();
      await look();
    }
    await open(await linkTo(email, '/verify-email'));
    await page.goto('/account/email');
    await send(page, { email: changed, password: PASSWORD });
    await page.locator('.notice').waitFor();
    await look();
    await open(await linkTo(changed, '/confirm-email'));
    await test.api.person({ email: changed });
    await send(page, {});
    await page.locator('.problems').waitFor();
    await look();
    const free = newEmail();
    await page.goto('/account/email');
    await send(page, { email: free, password: PASSWORD });
    await page.goto(await linkTo(free, '/confirm-email'));
    await send(page, {});
    await open(await linkTo(email, '/undo-email-change'));
    await page.goto('/forgot-password');
    await send(page, { email: changed });
    await open(await linkTo(changed, '/reset-password'));
    await page.fill('#password', 'short');
    await page.locator('#password').blur();
    await look();
    await open('/dev/mailbox');
  }

  /** A login that is asked to wait, and one that fails on our side. */
  async function seeRefusals(page: Page, look: () => Promise<void>): Promise<void> {
    const { email } = await test.api.person();
    let tries = 0;
    while ((await test.api.login(email, 'wrong 1234')).status !== 429 && tries < 40) tries++;
    await page.goto('/login');
    const [waiting] = await Promise.all([page.waitForResponse('**/login'), send(page, { email, password: 'wrong' })]);
    expect(waiting.status()).toBe(429);
    await look();
    const users = test.app.get(UsersService);
    const original = users.findByEmail.bind(users);
    users.findByEmail = () => Promise.reject(new Error('broken'));
    try {
      await send(page, { email, password: 'wrong' });
      await page.locator('code').waitFor();
      await look();
    } finally {
      users.findByEmail = original;
    }
  }

  const themes = [
    { name: 'light, on a phone', options: { colorScheme: 'light' as const, viewport: PHONE } },
    { name: 'dark, on a desk', options: { colorScheme: 'dark' as const, viewport: { width: 1280, height: 800 } } },
    { name: 'forced colours', options: { forcedColors: 'active' as const, viewport: PHONE } },
  ].flatMap((theme) => LANGUAGES.map((locale) => ({ ...theme, locale })));

  it.each(themes)('have no accessibility violations: $name, $locale', async ({ options, locale }) => {
    await test.visit({ ...options, locale }, async (page) => {
      await seeAll(page, async () => {
        expect([page.url(), await page.getAttribute('html', 'lang')]).toEqual([page.url(), locale]);
        expect([page.url(), ...(await violations(page))]).toEqual([page.url()]);
      });
    });
  });

  it.each(LANGUAGES)('have nothing to scroll sideways at 320 pixels, 200 % and more on a phone: %s', async (locale) => {
    await test.visit({ viewport: { width: 320, height: 600 }, locale }, async (page) => {
      await seeAll(page, async () => {
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect([page.url(), Math.max(width, 320)]).toEqual([page.url(), 320]);
      });
    });
  });
});

describe('pages for everyone, where addresses must be verified', () => {
  let test: TestBrowser;
  beforeAll(async () => {
    test = await startBrowser({ REQUIRE_VERIFIED_EMAIL: 'on' });
  });
  afterAll(() => test.stop());

  it.each(LANGUAGES)('have no accessibility violations either: %s', async (locale) => {
    const { email } = await test.api.person({ password: PASSWORD });
    await test.visit({ locale }, async (page) => {
      await page.goto('/login');
      await send(page, { email, password: PASSWORD });
      await page.locator('form[action="/verify-email/resend"]').waitFor();
      expect(await violations(page)).toEqual([]);
    });
  });
});

/** Fills in the form of the page and sends it, in whatever language it is. */
async function send(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.fill(`[name=${name}]`, value);
  await page.click('main .primary');
  await page.waitForLoadState();
}

/** axe is evaluated by the test, not by the page: the page's policy stays as it is. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map((n) => n.html).join()))',
  );
}
