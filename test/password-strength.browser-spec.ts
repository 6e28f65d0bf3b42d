import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEmail } from './support/api.js';
import { startBrowser, type TestBrowser } from './support/browser.js';

const WEAK = 'Easy to guess: make it longer.';

describe('a new password in a browser, with the policy of NIST', () => {
  let test: TestBrowser;
  beforeAll(async () => {
    test = await startBrowser({ PASSWORD_POLICY: 'nist' });
  });
  afterAll(() => test.stop());

  it('is checked by the rule that the page tells', async () => {
    await test.visit({}, async (page) => {
      await page.goto('/register');
      const password = page.getByLabel('Password', { exact: true });
      const errors = page.locator('#password-errors');
      expect(await page.locator('#password-hint').textContent()).toMatch(/^15 characters or more;/);
      await password.fill('abcd1234');
      await password.blur();
      expect(await errors.textContent()).toBe('Password must be at least 15 characters long.');
      await password.fill('onlysmallletters');
      expect(await errors.textContent()).toBe('');
    });
  });

  it.each([
    [WEAK, 'Xk9$fQ2!vL7#pR'],
    [WEAK, 'aaaaaaaaaaaaaaaaaaaa'],
    [WEAK, 'abcdefghijklmnopqrst'],
    [WEAK, '12345678987654321'],
    [WEAK, 'passwordpassword'],
    [WEAK, 'Budi Santoso 1990'],
    [WEAK, 'qwertyuiopasdfghjklzxcvbnm'],
    [WEAK, 'mnbvcxzlkjhgfdsapoiuytrewq'],
    [WEAK, 'q1w2e3r4t5y6u7i8'],
    [WEAK, '1qaz2wsx3edc4rfv5tgb'],
    ['Good: hard to guess.', 'kereta malam ke timur naik'],
  ])('is called "%s" while typing: %s', async (expected, typed) => {
    await test.visit({}, async (page) => {
      await page.goto('/register');
      await page.getByLabel('Name').fill('Budi Santoso');
      await page.getByLabel('Password', { exact: true }).fill(typed);
      expect(await page.locator('#password-strength').textContent()).toBe(expected);
    });
  });

  it.each([true, false])('is refused with a reason beside its field (scripts: %s)', async (javaScriptEnabled) => {
    await test.visit({ javaScriptEnabled }, async (page) => {
      await page.goto('/register');
      await page.getByLabel('Name').fill('Ana');
      await page.getByLabel('Email').fill(newEmail());
      await page.getByLabel('Password', { exact: true }).fill('momsanaladventure');
      await page.getByRole('button', { name: 'Register' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.locator('#password-errors').textContent()).toMatch(/^Password is too common/);
      expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    });
  });
});
