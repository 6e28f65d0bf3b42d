import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { User } from '../src/users/user.entity.js';
import { newEmail } from './support/api.js';
import { PASSWORD, startBrowser, type TestBrowser } from './support/browser.js';
import { MailServer } from './support/mail-server.js';

const NEW_PASSWORD = 'quiet river 7 lantern';

describe('a whole account in a browser', () => {
  let test: TestBrowser;
  let mail: MailServer;
  beforeAll(async () => {
    mail = await MailServer.start();
    test = await startBrowser(mail.settings);
  });
  afterAll(async () => {
    await test.stop();
    await mail.stop();
  });

  /** Opens the link of the newest mail to an address, as a click on it does. */
  async function openLink(page: Page, address: string, count: number): Promise<void> {
    const text = (await mail.to(address, count)).at(-1)?.text ?? '';
    const [, path = ''] = /https:\/\/accounts\.example\.com(\/[a-z-]+\?token=[\w-]+)/.exec(text) ?? [];
    await page.goto(path);
  }

  async function send(page: Page, fields: Record<string, string>, button: string, notice: string): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('status').getByText(notice).waitFor();
  }

  const pathOf = (page: Page) => new URL(page.url()).pathname;

  it.each([
    ['with scripts', true],
    ['without scripts', false],
  ] as const)(
    'is made, verified, got back, changed, spoken in Indonesian and left (%s)',
    async (_, javaScriptEnabled) => {
      const [email, changed] = [newEmail(), newEmail()];
      await test.visit({ javaScriptEnabled }, async (page) => {
        await page.goto('/register');
        const person = { Name: 'Ana', Email: email, Password: PASSWORD };
        await send(page, person, 'Register', 'Your account is ready. Please log in.');

        await openLink(page, email, 1);
        await send(page, {}, 'Confirm', 'Your email address is confirmed.');
        const { emailVerifiedAt } = await test.dataSource.getRepository<User>('User').findOneByOrFail({ email });
        expect(emailVerifiedAt).not.toBeNull();

        await page.getByRole('link', { name: 'Forgot your password?' }).click();
        await send(page, { Email: email }, 'Send the link', 'If there is an account with this address');
        await openLink(page, email, 2);
        await send(page, { 'New password': NEW_PASSWORD }, 'Change the password', 'Your password is changed.');
        await page.getByLabel('Email').fill(email);
        await page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD);
        await page.getByRole('button', { name: 'Log in' }).click();
        await page.waitForURL(`${test.url}/`);

        await page.getByRole('link', { name: 'Your account and devices' }).click();
        await page.getByRole('link', { name: 'Email address' }).click();
        const change = { 'New email address': changed, Password: NEW_PASSWORD };
        await send(page, change, 'Send the link', 'A mail is on its way to the new address.');
        await openLink(page, changed, 1);
        await send(page, {}, 'Confirm', 'Your email address is changed.');
        expect(pathOf(page)).toBe('/account');
        expect(await page.locator('.who').textContent()).toBe(`Ana ${changed}`);

        await test.api.login(changed, NEW_PASSWORD);
        await page.reload();
        expect(await page.getByRole('listitem').count()).toBe(2);
        await page.getByRole('button', { name: /^Log out node/ }).click();
        await page.getByRole('status').getByText('That device is logged out.').waitFor();

        await page.getByRole('button', { name: 'Bahasa Indonesia' }).click();
        await page.getByRole('heading', { name: 'Akun Anda' }).waitFor();
        expect(pathOf(page)).toBe('/account');

        await page.getByRole('link', { name: 'Hapus akun Anda' }).click();
        await send(page, { 'Kata sandi': NEW_PASSWORD }, 'Hapus akun', 'Akun Anda sudah dihapus.');
        expect((await test.api.login(changed, NEW_PASSWORD)).status).toBe(401);
        const [farewell] = (await mail.to(changed, 2)).slice(-1);
        expect(farewell?.parsed.subject).toBe('Akun Anda telah dihapus');
      });
    },
  );

  it('is closed until the address is verified, where that is asked for', async () => {
    await test.stop();
    test = await startBrowser({ ...mail.settings, REQUIRE_VERIFIED_EMAIL: 'on' });
    const email = newEmail();
    await test.visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto('/register');
      await send(page, { Name: 'Ana', Email: email, Password: PASSWORD }, 'Register', 'One more step');
      await page.getByRole('link', { name: 'Back to the login' }).click();
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('alert').getByText('This address is not confirmed yet.').waitFor();
      await send(page, {}, 'Send the mail again', 'a mail is on its way');
      await openLink(page, email, 2);
      await send(page, {}, 'Confirm', 'Your email address is confirmed.');
      await test.logIn(page, email);
    });
  });
});
