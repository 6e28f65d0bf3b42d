import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { newEmail } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PHONE = { width: 360, height: 740 };
const PASSWORD = 'correct horse 9';

describe('pages in a browser', () => {
  let test: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    test = await startApp();
    browser = await chromium.launch({
      executablePath: process.env.TEST_CHROMIUM ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
    });
  });
  afterAll(async () => {
    await browser.close();
    await test.stop();
  });

  /** A page of its own; whatever the browser complains about, the policy above all, fails the test. */
  async function visit<T>(options: BrowserContextOptions, story: (page: Page) => Promise<T>): Promise<T> {
    const context = await browser.newContext({ baseURL: test.url, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A form that comes back with 400 or 401 is reported as a failed resource: that is the true status, not a fault.
      if (message.type() === 'error' && !/status of (400|401|404)/.test(message.text())) complaints.push(message.text());
    });
    try {
      const result = await story(page);
      expect(complaints).toEqual([]);
      return result;
    } finally {
      await context.close();
    }
  }

  async function register(page: Page, name: string, email: string): Promise<void> {
    await page.goto('/register');
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Register' }).click();
    await page.waitForURL('**/login');
  }

  async function logIn(page: Page, email: string): Promise<void> {
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${test.url}/`);
  }

  it.each([['with scripts', true], ['without scripts', false]] as const)('register, log in, show who you are and log out (%s)', async (_, javaScriptEnabled) => {
    await visit({ javaScriptEnabled }, async (page) => {
      const email = newEmail();
      await page.goto('/');
      expect(new URL(page.url()).pathname).toBe('/login');
      expect(await page.getByRole('status').first().textContent()).toBe('Please log in to see this page.');
      await page.getByRole('link', { name: 'Register' }).click();
      await register(page, 'Ana', email);
      expect(await page.getByRole('status').first().textContent()).toBe('Your account is ready. Please log in.');
      await logIn(page, email);
      expect(await page.getByRole('heading').textContent()).toBe(`Hello, Ana (${email})`);
      await page.getByRole('button', { name: 'Logout' }).click();
      await page.waitForURL('**/login');
      await page.goto('/');
      expect(new URL(page.url()).pathname).toBe('/login');
    });
  });

  it.each([['with scripts', true], ['without scripts', false]] as const)('come back with the fault at its field and the focus on the summary (%s)', async (_, javaScriptEnabled) => {
    const { email } = await test.api.person();
    await visit({ javaScriptEnabled }, async (page) => {
      await page.goto('/register');
      await page.getByLabel('Name').fill('Ana');
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Register' }).click();
      await page.getByRole('link', { name: /already registered/ }).waitFor();
      expect(await page.locator(':focus').getAttribute('class')).toBe('problems');
      expect(await page.locator('#email-errors').textContent()).toBe('Email already registered. Please use a different email address.');
      expect(await page.getByLabel('Email').getAttribute('aria-invalid')).toBe('true');
      expect(await page.getByLabel('Email').inputValue()).toBe(email);
      expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
      await page.getByRole('link', { name: /already registered/ }).click();
      expect(await page.locator(':focus').getAttribute('id')).toBe('email');
    });
  });

  it('check while typing after a field was left, and hold back a form that can only come back', async () => {
    await visit({}, async (page) => {
      await page.goto('/register');
      const email = page.getByLabel('Email');
      const errors = page.locator('#email-errors');
      await email.pressSequentially('ana@');
      expect(await errors.textContent()).toBe('');
      await email.blur();
      expect(await errors.textContent()).toBe('Invalid email address.');
      await email.pressSequentially('example.com');
      expect(await errors.textContent()).toBe('');
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.getByRole('button', { name: 'Register' }).click();
      expect(await page.locator('#name-errors').textContent()).toBe('This field is required.');
      expect(await page.locator(':focus').getAttribute('id')).toBe('name');
      expect(requests).toEqual([]);
    });
  });

  it('show a password when asked, say how strong it is, and send it masked', async () => {
    await visit({}, async (page) => {
      await page.goto('/register');
      const password = page.getByLabel('Password', { exact: true });
      const button = page.getByRole('button', { name: 'Show password' });
      await password.fill('abcd1234');
      expect(await page.locator('#password-strength').textContent()).toBe('Easy to guess: make it longer.');
      await button.click();
      expect([await password.getAttribute('type'), await button.getAttribute('aria-pressed')]).toEqual(['text', 'true']);
      await password.fill('a correct horse, 9 batteries & 1 staple');
      expect(await page.locator('#password-strength').textContent()).toBe('Good: hard to guess.');
      await button.click();
      expect([await password.getAttribute('type'), await button.getAttribute('aria-pressed')]).toEqual(['password', 'false']);
    });
  });

  it('show no button that does nothing when scripts are off', async () => {
    await visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto('/register');
      expect(await page.locator('.reveal').isVisible()).toBe(false);
    });
  });

  it.each(['<img src=x onerror=alert(1)>', '</script><script>alert(1)</script>', '" onmouseover="alert(1)', '{{constructor}}'])('show the name %s as it is', async (name) => {
    await visit({}, async (page) => {
      const email = newEmail();
      await register(page, name, email);
      await logIn(page, email);
      expect(await page.getByRole('heading').textContent()).toBe(`Hello, ${name} (${email})`);
    });
  });

  it('leave nothing behind after logging out: no storage, no session cookie, no page in the back button', async () => {
    await visit({}, async (page) => {
      const email = newEmail();
      await register(page, 'Ana', email);
      await logIn(page, email);
      expect(await page.evaluate('document.cookie + localStorage.length + sessionStorage.length')).toBe('00');
      await page.getByRole('button', { name: 'Logout' }).click();
      await page.waitForURL('**/login');
      expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('kunci_session');
      await page.goBack();
      await page.waitForURL('**/login');
    });
  });

  it('can be used with the keyboard alone', async () => {
    const { email } = await test.api.person({ password: PASSWORD });
    await visit({}, async (page) => {
      await page.goto('/login');
      const press = async (...keys: string[]) => {
        for (const key of keys) await page.keyboard.press(key);
      };
      await press('Tab', 'Tab');
      await page.keyboard.type(email);
      await press('Tab');
      await page.keyboard.type(PASSWORD);
      await press('Enter');
      await page.waitForURL(`${test.url}/`);
    });
  });

  describe('have no accessibility violations', () => {
    const themes = [
      { colorScheme: 'light' as const, viewport: PHONE },
      { colorScheme: 'dark' as const, viewport: { width: 1280, height: 800 } },
      { forcedColors: 'active' as const, viewport: PHONE },
    ];

    it.each(themes)('$colorScheme $forcedColors $viewport.width', async (options) => {
      const { email } = await test.api.person({ password: PASSWORD });
      await visit(options, async (page) => {
        for (const path of ['/login', '/register', '/nope', '/docs']) {
          await page.goto(path);
          expect(await violations(page)).toEqual([]);
        }
        await page.goto('/login');
        await page.getByLabel('Email').fill(email);
        await page.getByLabel('Password', { exact: true }).fill('wrong');
        await page.getByRole('button', { name: 'Log in' }).click();
        await page.locator('.problems').waitFor();
        expect(await violations(page)).toEqual([]);
        await logIn(page, email);
        expect(await violations(page)).toEqual([]);
      });
    });

    it('nor anything to scroll sideways at 320 pixels, which is 200 % and more on a phone', async () => {
      await visit({ viewport: { width: 320, height: 600 } }, async (page) => {
        for (const path of ['/login', '/register', '/nope', '/docs']) {
          await page.goto(path);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
        }
      });
    });
  });

  /** axe is evaluated by the test, not by the page: the page's policy stays as it is. */
  async function violations(page: Page): Promise<string[]> {
    const { readFile } = await import('node:fs/promises');
    await page.evaluate(await readFile(AXE, 'utf8'));
    return page.evaluate('axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map((n) => n.html).join()))');
  }
});
