// Takes the screenshots of the README, into docs/screenshots: node scripts/screenshots.mjs http://127.0.0.1:8080
// Or of every page, on a phone and on a desk, light and dark, in every language, into a folder to look through:
// node scripts/screenshots.mjs http://127.0.0.1:8080 FOLDER
// Needs Chromium, and a server that keeps its mails and counts nothing: NODE_ENV=development RATE_LIMITS=off
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../test/chromium.mjs';

const [base = 'http://127.0.0.1:8080', everything] = process.argv.slice(2);
const folder = everything ?? 'docs/screenshots';
/** In each language. */
const README = ['register-phone-light', 'login-error-phone-dark', 'account-phone-light'];

const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };
const PASSWORD = 'quiet river 7 lantern';
const NEW_PASSWORD = 'seven lanterns, 1 river';

/** Other devices of the same person, to show on the account's page. */
const DEVICES = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'curl/8.5.0',
];

const post = (path, body, headers = {}) =>
  fetch(`${base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** The path of the link in the newest mail to an address, once it is there. */
async function linkTo(address, path) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const mails = await (await fetch(`${base}/dev/mailbox.json`)).json();
    const texts = mails.filter(({ to }) => to === address).map(({ text }) => text);
    const [link] = texts
      .flatMap((text) => text.match(/https?:\/\/\S+\?token=[\w-]+/g) ?? [])
      .filter((url) => url.includes(path));
    if (link) return new URL(link).pathname + new URL(link).search;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No mail with a link to ${path} came.`);
}

/** Fills in the fields of the form and sends it. */
async function send(page, fields) {
  for (const [name, value] of Object.entries(fields)) await page.fill(`[name=${name}]`, value);
  await page.click('main .primary');
  await page.waitForLoadState();
}

/** One person's way through all pages; what is shown at the end of each step is photographed. */
const STEPS = {
  register: ({ page }) => page.goto('/register'),
  'register-error': ({ page, email }) => send(page, { name: 'Ana', email, password: PASSWORD }),
  login: ({ page }) => page.goto('/login'),
  'login-error': ({ page, email }) => send(page, { email, password: 'wrong' }),
  forgot: ({ page }) => page.goto('/forgot-password'),
  'forgot-sent': ({ page, email }) => send(page, { email }),
  reset: async ({ page, email }) => page.goto(await linkTo(email, '/reset-password')),
  'reset-error': async ({ page }) => {
    await page.fill('#password', 'abcdefgh');
    await page.locator('#password').blur();
  },
  'reset-done': ({ page }) => send(page, { password: NEW_PASSWORD }),
  'dead-link': ({ page }) => page.goto(`/reset-password?token=${'A'.repeat(43)}`),
  resend: ({ page }) => page.goto('/verify-email/resend'),
  home: async ({ page, email }) => {
    await page.goto('/login');
    await send(page, { email, password: NEW_PASSWORD });
  },
  account: async ({ page, email }) => {
    for (const userAgent of DEVICES) {
      await post('/api/login', { email, password: NEW_PASSWORD }, { 'user-agent': userAgent });
    }
    await page.goto('/account');
  },
  'account-notice': async ({ page }) => {
    await page.click('form[action^="/account/devices/"] button');
    await page.waitForSelector('.notice');
  },
  name: ({ page }) => page.goto('/account/name'),
  'name-error': ({ page }) => send(page, { name: ' ' }),
  password: ({ page }) => page.goto('/account/password'),
  'password-error': ({ page }) => send(page, { current_password: 'wrong', new_password: PASSWORD }),
  email: ({ page }) => page.goto('/account/email'),
  'email-error': ({ page, newEmail }) => send(page, { email: newEmail, password: 'wrong' }),
  'email-sent': ({ page }) => send(page, { password: NEW_PASSWORD }),
  confirm: async ({ page, newEmail }) => page.goto(await linkTo(newEmail, '/confirm-email')),
  undo: async ({ page, email }) => {
    await send(page, {});
    await page.goto(await linkTo(email, '/undo-email-change'));
  },
  delete: ({ page }) => page.goto('/account/delete'),
  'delete-error': ({ page }) => send(page, { password: 'wrong' }),
  unverified: async (visit) => {
    const email = `budi-${visit.email}`;
    await post('/api/register', { name: 'Budi', email, password: PASSWORD });
    visit.verifyLink = await linkTo(email, '/verify-email');
    await visit.page.context().clearCookies();
    await visit.page.goto('/login');
    await send(visit.page, { email, password: PASSWORD });
    await visit.page.goto('/account');
  },
  verify: ({ page, verifyLink }) => page.goto(verifyLink),
  'not-found': ({ page }) => page.goto('/nope'),
  docs: ({ page }) => page.goto('/docs'),
};

async function photograph(browser, { size, colorScheme, language }) {
  const email = `ana-${Date.now().toString(36)}@example.com`;
  await post('/api/register', { name: 'Ana', email, password: PASSWORD });
  const options = { viewport: SIZES[size], colorScheme, locale: language, deviceScaleFactor: everything ? 1 : 2 };
  const context = await browser.newContext({ baseURL: base, ...options });
  const visit = { page: await context.newPage(), email, newEmail: `new-${email}` };
  visit.page.setDefaultTimeout(10_000);
  for (const [step, go] of Object.entries(STEPS)) {
    await go(visit);
    const name = `${step}-${size}-${colorScheme}`;
    if (!everything && !README.includes(name)) continue;
    const file = `${name}${language === 'en' ? '' : `-${language}`}.png`;
    await visit.page.screenshot({ path: join(folder, file), fullPage: everything !== undefined });
  }
  await context.close();
}

mkdirSync(folder, { recursive: true });
const executablePath = findChromium();
if (!executablePath) throw new Error('Chromium was not found: install it, or name it with CHROMIUM.');
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
for (const size of Object.keys(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    for (const language of ['en', 'id']) {
      if (everything || README.some((name) => name.endsWith(`${size}-${colorScheme}`))) {
        await photograph(browser, { size, colorScheme, language });
      }
    }
  }
}
await browser.close();
