import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { PASSWORD, startBrowser, type TestBrowser } from './support/browser.js';
import { MailServer } from './support/mail-server.js';
import { tokenIn } from './support/mailed-app.js';

describe('pages among others', () => {
  let test: TestBrowser;
  let mail: MailServer;
  let stranger: Server;
  beforeAll(async () => {
    mail = await MailServer.start();
    test = await startBrowser(mail.settings);
    stranger = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(request.url === '/' ? `<iframe src="${test.url}/login"></iframe>` : 'Hello');
    });
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
  });
  afterAll(async () => {
    await test.stop();
    await mail.stop();
    stranger.close();
  });

  const strangerUrl = () => `http://localhost:${(stranger.address() as AddressInfo).port}`;

  /** The link to a new password, and what the browser tells others of it from now on. */
  async function openReset(page: Page): Promise<{ token: string; told: string[] }> {
    const { email } = await test.api.person({ password: PASSWORD });
    await test.api.post('/api/forgot-password', { email });
    const token = tokenIn((await mail.to(email, 2))[1]!);
    const told: string[] = [];
    page.on('request', (request) => {
      void request.allHeaders().then((headers) => {
        if (!request.url().includes(token)) told.push(`${request.url()} ${JSON.stringify(headers)}`);
      });
    });
    await page.goto(`/reset-password?token=${token}`);
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    return { token, told };
  }

  it('are shown in no frame of another site', async () => {
    const story = test.visit({}, async (page) => {
      await page.goto(strangerUrl());
      const [, frame] = page.frames();
      await frame?.waitForLoadState();
      expect(await frame?.locator('form').count()).toBe(0);
    });
    await expect(story).rejects.toThrow(/frame-ancestors 'none'/);
  });

  it.each([
    ['with scripts', true],
    ['without scripts', false],
  ] as const)(
    'tell nobody the token of a link: no picture, no style, no page they lead to (%s)',
    async (_, javaScriptEnabled) => {
      await test.visit({ javaScriptEnabled }, async (page) => {
        const { token, told } = await openReset(page);
        await page.getByRole('link', { name: 'Kunci, to the start' }).click();
        await page.waitForURL('**/login');
        await page.goto(strangerUrl() + '/page');
        expect(told.filter((request) => request.includes('/assets/')).length).toBeGreaterThanOrEqual(2);
        expect(told.filter((request) => request.includes('/login'))).not.toEqual([]);
        expect(told.filter((request) => request.includes(token))).toEqual([]);
      });
    },
  );

  it('keep the token out of the address bar and of the history, and still send their form', async () => {
    await test.visit({}, async (page) => {
      await openReset(page);
      expect(page.url()).toBe(`${test.url}/reset-password`);
      await page.getByLabel('New password', { exact: true }).fill('quiet river 7 lantern');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await page.waitForURL('**/login');
      await page.goBack();
      expect(page.url()).toBe(`${test.url}/reset-password`);
      await page.getByRole('alert').getByText('This link is not valid any more.').waitFor();
    });
  });
});
