import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page, Request } from 'playwright-core';
import { PASSWORD, startBrowser, type TestBrowser } from './support/browser.js';
import { MailServer } from './support/mail-server.js';
import { tokenIn } from './support/mailed-app.js';

describe('pages among others', () => {
  let test: TestBrowser;
  let mail: MailServer;
  let stranger: Server;
  /** What each visitor of the stranger says of where they come from. */
  const referrers: (string | undefined)[] = [];
  beforeAll(async () => {
    mail = await MailServer.start();
    test = await startBrowser(mail.settings);
    stranger = createServer((request, response) => {
      referrers.push(request.headers.referer);
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

  interface Opened {
    token: string;
    /** What the browser has told others since: each address with its headers, but for the link itself. */
    told: () => Promise<string[]>;
  }

  /** Opens the link to a new password. */
  async function openReset(page: Page): Promise<Opened> {
    const { email } = await test.api.person({ password: PASSWORD });
    await test.api.post('/api/forgot-password', { email });
    const token = tokenIn((await mail.to(email, 2))[1]!);
    const sent: Request[] = [];
    page.on('request', (request) => sent.push(request));
    await page.goto(`/reset-password?token=${token}`);
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    const others = () => sent.filter((request) => !request.url().includes(token));
    const toText = async (request: Request) => `${request.url()} ${JSON.stringify(await request.allHeaders())}`;
    return { token, told: () => Promise.all(others().map(toText)) };
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

  const scripts = [
    ['with scripts', true],
    ['without scripts', false],
  ] as const;

  it.each(scripts)(
    'tell nobody the token of a link: no picture, no style, no page they lead to (%s)',
    async (_, javaScriptEnabled) => {
      await test.visit({ javaScriptEnabled }, async (page) => {
        const { token, told } = await openReset(page);
        await page.getByRole('link', { name: 'Kunci, to the start' }).click();
        await page.waitForURL('**/login');
        const requests = await told();
        expect(requests.filter((request) => request.includes('/assets/')).length).toBeGreaterThanOrEqual(2);
        expect(requests.filter((request) => request.includes('/login'))).not.toEqual([]);
        expect(requests.filter((request) => request.includes(token))).toEqual([]);
      });
    },
  );

  it.each(scripts)('would tell another site no token, if a link led there (%s)', async (_, javaScriptEnabled) => {
    await test.visit({ javaScriptEnabled }, async (page) => {
      await openReset(page);
      referrers.length = 0;
      const link = `<a href="${strangerUrl()}/page">Away</a>`;
      await page.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend', '${link}')`);
      await page.getByRole('link', { name: 'Away' }).click();
      await page.waitForURL(`${strangerUrl()}/page`);
      expect(referrers[0]).toBe(`${test.url}/`);
    });
  });

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
