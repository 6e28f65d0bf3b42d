import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { PASSWORD, startBrowser, type TestBrowser } from './support/browser.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PHONE = { width: 360, height: 740 };

describe('pages for everyone', () => {
  let test: TestBrowser;
  beforeAll(async () => {
    test = await startBrowser();
  });
  afterAll(() => test.stop());

  const themes = [
    { name: 'light, on a phone', options: { colorScheme: 'light' as const, viewport: PHONE } },
    { name: 'dark, on a desk', options: { colorScheme: 'dark' as const, viewport: { width: 1280, height: 800 } } },
    { name: 'forced colours', options: { forcedColors: 'active' as const, viewport: PHONE } },
  ];

  it.each(themes)('have no accessibility violations: $name', async ({ options }) => {
    const { email } = await test.api.person({ password: PASSWORD });
    await test.visit(options, async (page) => {
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
      await test.logIn(page, email);
      expect(await violations(page)).toEqual([]);
      await test.api.login(email, PASSWORD);
      await page.goto('/account');
      expect(await page.getByRole('listitem').count()).toBe(2);
      expect(await violations(page)).toEqual([]);
    });
  });

  it('have nothing to scroll sideways at 320 pixels, which is 200 % and more on a phone', async () => {
    await test.visit({ viewport: { width: 320, height: 600 } }, async (page) => {
      const { email } = await test.api.person({ password: PASSWORD });
      await page.goto('/login');
      await test.logIn(page, email);
      await test.api.login(email, PASSWORD);
      for (const path of ['/login', '/register', '/nope', '/docs', '/', '/account']) {
        await page.goto(path);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      }
    });
  });
});

/** axe is evaluated by the test, not by the page: the page's policy stays as it is. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map((n) => n.html).join()))',
  );
}
