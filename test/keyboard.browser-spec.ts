import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { PASSWORD, startBrowser, type TestBrowser } from './support/browser.js';

describe('pages with the keyboard alone', () => {
  let test: TestBrowser;
  beforeAll(async () => {
    test = await startBrowser();
  });
  afterAll(() => test.stop());

  /** Goes on from field to field, to the one that it looks for. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    const focused = page.locator(`${selector}:focus`);
    for (let i = 0; i < 30 && (await focused.count()) === 0; i++) await page.keyboard.press('Tab');
    expect(await focused.count()).toBe(1);
  }

  async function open(page: Page, selector: string, path: string): Promise<void> {
    await tabTo(page, selector);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${test.url}${path}`);
  }

  it('let somebody log in, change their name and log out', async () => {
    const { email } = await test.api.person({ password: PASSWORD });
    await test.visit({}, async (page) => {
      await page.goto('/login');
      await tabTo(page, '#email');
      await page.keyboard.type(email);
      await page.keyboard.press('Tab');
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL(`${test.url}/`);
      await open(page, 'a[href="/account"]', '/account');
      await open(page, 'a[href="/account/name"]', '/account/name');
      await tabTo(page, '#name');
      await page.keyboard.press('End');
      await page.keyboard.type(' Putri');
      await open(page, 'main button.primary', '/account');
      expect(await page.locator('.who').textContent()).toContain('Ana Putri');
      await open(page, 'form[action="/logout"] button', '/login');
    });
  });
});
