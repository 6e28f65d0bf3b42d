import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { newEmail } from './support/api.js';
import { PASSWORD, startBrowser, type TestBrowser } from './support/browser.js';

describe('pages in a browser', () => {
  let test: TestBrowser;
  beforeAll(async () => {
    test = await startBrowser();
  });
  afterAll(() => test.stop());

  async function register(page: Page, name: string, email: string): Promise<void> {
    await page.goto('/register');
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Register' }).click();
    await page.waitForURL('**/login');
  }

  it.each([
    ['with scripts', true],
    ['without scripts', false],
  ] as const)('register, log in, show who you are and log out (%s)', async (_, javaScriptEnabled) => {
    await test.visit({ javaScriptEnabled }, async (page) => {
      const email = newEmail();
      await page.goto('/');
      expect(new URL(page.url()).pathname).toBe('/login');
      expect(await page.getByRole('status').first().textContent()).toBe('Please log in to see this page.');
      await page.getByRole('link', { name: 'Register' }).click();
      await register(page, 'Ana', email);
      expect(await page.getByRole('status').first().textContent()).toBe('Your account is ready. Please log in.');
      await test.logIn(page, email);
      expect(await page.getByRole('heading').textContent()).toBe(`Hello, Ana (${email})`);
      await page.getByRole('button', { name: 'Logout' }).click();
      await page.waitForURL('**/login');
      await page.goto('/');
      expect(new URL(page.url()).pathname).toBe('/login');
    });
  });

  it.each([
    ['with scripts', true],
    ['without scripts', false],
  ] as const)(
    'come back with the fault at its field and the focus on the summary (%s)',
    async (_, javaScriptEnabled) => {
      const { email } = await test.api.person();
      await test.visit({ javaScriptEnabled }, async (page) => {
        await page.goto('/register');
        await page.getByLabel('Name').fill('Ana');
        await page.getByLabel('Email').fill(email);
        await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
        await page.getByRole('button', { name: 'Register' }).click();
        await page.getByRole('link', { name: /already registered/ }).waitFor();
        expect(await page.locator(':focus').getAttribute('class')).toBe('problems');
        expect(await page.locator('#email-errors').textContent()).toBe(
          'Email already registered. Please use a different email address.',
        );
        expect(await page.getByLabel('Email').getAttribute('aria-invalid')).toBe('true');
        expect(await page.getByLabel('Email').inputValue()).toBe(email);
        expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
        await page.getByRole('link', { name: /already registered/ }).click();
        expect(await page.locator(':focus').getAttribute('id')).toBe('email');
      });
    },
  );

  it('check while typing after a field was left, and hold back a form that can only come back', async () => {
    await test.visit({}, async (page) => {
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
    await test.visit({}, async (page) => {
      await page.goto('/register');
      await page.getByLabel('Name').fill('Ana');
      await page.getByLabel('Email').fill(newEmail());
      const password = page.getByLabel('Password', { exact: true });
      const button = page.getByRole('button', { name: 'Show password' });
      await password.fill('abcd1234');
      expect(await page.locator('#password-strength').textContent()).toBe('Easy to guess: make it longer.');
      await button.click();
      expect([await password.getAttribute('type'), await button.getAttribute('aria-pressed')]).toEqual([
        'text',
        'true',
      ]);
      await password.fill('a correct horse, 9 batteries & 1 staple');
      expect(await page.locator('#password-strength').textContent()).toBe('Good: hard to guess.');
      await button.click();
      expect([await password.getAttribute('type'), await button.getAttribute('aria-pressed')]).toEqual([
        'password',
        'false',
      ]);
      await button.click();
      expect(await password.getAttribute('type')).toBe('text');
      await page.evaluate(
        'document.forms[0].addEventListener("submit", () => sessionStorage.setItem("type", document.all.password.type))',
      );
      await page.getByRole('button', { name: 'Register' }).click();
      await page.waitForURL('**/login');
      expect(await page.evaluate('sessionStorage.getItem("type")')).toBe('password');
    });
  });

  it('show no button that does nothing when scripts are off', async () => {
    await test.visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto('/register');
      expect(await page.locator('.reveal').isVisible()).toBe(false);
    });
  });

  it.each([
    '<img src=x onerror=alert(1)>',
    '</script><script>alert(1)</script>',
    '" onmouseover="alert(1)',
    '{{constructor}}',
  ])('show the name %s as it is', async (name) => {
    await test.visit({}, async (page) => {
      const email = newEmail();
      await register(page, name, email);
      await test.logIn(page, email);
      expect(await page.getByRole('heading').textContent()).toBe(`Hello, ${name} (${email})`);
      await page.goto('/account/name');
      expect(await page.getByLabel('Name').inputValue()).toBe(name);
    });
  });

  it('leave nothing behind after logging out: no storage, no session cookie, no page in the back button', async () => {
    await test.visit({}, async (page) => {
      const email = newEmail();
      await register(page, 'Ana', email);
      await test.logIn(page, email);
      expect(await page.evaluate('document.cookie + localStorage.length + sessionStorage.length')).toBe('00');
      await page.getByRole('button', { name: 'Logout' }).click();
      await page.waitForURL('**/login');
      expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('kunci_session');
      await page.goBack();
      await page.waitForURL('**/login');
    });
  });

  it('are closed in every tab after logging out in one', async () => {
    const { email } = await test.api.person({ password: PASSWORD });
    await test.visit({}, async (page) => {
      await page.goto('/login');
      await test.logIn(page, email);
      const other = await page.context().newPage();
      await other.goto('/account');
      await other.getByRole('heading', { name: 'Your account' }).waitFor();
      await page.getByRole('button', { name: 'Logout' }).click();
      await page.waitForURL('**/login');
      await other.reload();
      expect(new URL(other.url()).pathname).toBe('/login');
      // The device is known at the next login; it opens nothing.
      expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['kunci_device']);
    });
  });
});
