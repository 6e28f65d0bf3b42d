import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { startApp, type TestApp } from './app.js';

export const PASSWORD = 'correct horse 9';

/** The real application and a Chromium that looks at it. */
export interface TestBrowser extends TestApp {
  /** Tells a story on a page of its own; whatever the browser complains about, the policy above all, fails it. */
  visit(options: BrowserContextOptions, story: (page: Page) => Promise<void>): Promise<void>;
  /** Fills in the login page that is open. */
  logIn(page: Page, email: string): Promise<void>;
}

export async function startBrowser(changes: Record<string, string> = {}): Promise<TestBrowser> {
  const test = await startApp(changes);
  const browser = await chromium.launch({
    executablePath: process.env.TEST_CHROMIUM ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });
  return {
    ...test,
    visit: (options, story) => visit(browser, { baseURL: test.url, ...options }, story),
    logIn: async (page, email) => {
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.waitForURL(`${test.url}/`);
    },
    stop: async () => {
      await browser.close();
      await test.stop();
    },
  };
}

async function visit(
  browser: Browser,
  options: BrowserContextOptions,
  story: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A page that comes with 400 or 401 is reported as a failed resource: that is its true status, not a fault.
    if (message.type() === 'error' && !/status of (400|401|403|404|429|500)/.test(message.text()))
      complaints.push(message.text());
  });
  try {
    await story(page);
  } finally {
    await context.close();
  }
  if (complaints.length > 0) throw new Error(`The browser complained:\n${complaints.join('\n')}`);
}
