// Takes the screenshots of the pages: node scripts/screenshots.mjs http://127.0.0.1:8080 folder
// Needs a running server (any database) and Chromium; registers one account there.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../test/chromium.mjs';

const [base = 'http://127.0.0.1:8080', folder = 'docs/screenshots'] = process.argv.slice(2);
const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };
const person = { name: 'Ana', email: `ana-${Date.now().toString(36)}@example.com`, password: 'correct horse 9' };

mkdirSync(folder, { recursive: true });
const executablePath = findChromium();
if (!executablePath) throw new Error('Chromium was not found: install it, or name it with CHROMIUM.');
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
await fetch(`${base}/api/register`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(person),
});
/** Other devices of the same person, to show on the account's page. */
const DEVICES = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'curl/8.5.0',
];

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    for (const userAgent of DEVICES) {
      await fetch(`${base}/api/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': userAgent },
        body: JSON.stringify(person),
      });
    }
    const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: 2 });
    const page = await context.newPage();
    const shoot = (name) => page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
    await page.goto(`${base}/register`);
    await shoot('register');
    await page.fill('#name', 'Ana');
    await page.fill('#email', person.email);
    await page.fill('#password', 'correct horse 9');
    await page.click('.primary');
    await page.waitForSelector('.problems');
    await shoot('register-error');
    await page.goto(`${base}/`);
    await shoot('login');
    await page.fill('#email', person.email);
    await page.fill('#password', 'wrong');
    await page.click('.primary');
    await page.waitForSelector('.problems');
    await shoot('login-error');
    await page.fill('#password', person.password);
    await page.click('.primary');
    await page.waitForSelector('h1:has-text("Hello")');
    await shoot('home');
    await page.goto(`${base}/account`);
    await shoot('account');
    await page.click('form[action^="/account/devices/"] button');
    await page.waitForSelector('.notice');
    await shoot('account-notice');
    await page.goto(`${base}/nope`);
    await shoot('not-found');
    await page.goto(`${base}/docs`);
    await shoot('docs');
    await context.close();
  }
}
await browser.close();
