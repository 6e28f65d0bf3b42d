import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DevMailbox } from '../src/mail/dev-mailbox.js';
import { Outbox } from '../src/mail/outbox.service.js';
import { newEmail } from './support/api.js';
import { startApp, type TestApp, testSettings } from './support/app.js';
import { createDatabase } from './support/database.js';
import { resetMail } from './support/outbox.js';
import { eventually, KunciProcess } from './support/process.js';

describe('the mailbox of developers', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  const get = (path: string, headers: Record<string, string> = {}) => test.api.send('GET', path, { headers });

  async function send(): Promise<string> {
    const to = newEmail();
    await test.app.get(Outbox).add(resetMail(to));
    await eventually(() =>
      test.app
        .get(DevMailbox)
        .list()
        .some((mail) => mail.to === to),
    );
    return to;
  }

  it('is empty at first', async () => {
    expect((await get('/dev/mailbox')).text).toContain('There are no mails yet.');
    expect(JSON.parse((await get('/dev/mailbox.json')).text)).toEqual([]);
  });

  it('shows what would have been sent, and a link to click', async () => {
    const to = await send();
    const { status, text, headers } = await get('/dev/mailbox');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toContain('<h2>Choose a new password</h2>');
    expect(text).toContain(to);
    expect(text).toContain('<a href="https://accounts.example.com/reset-password?token&#x3D;secret">');
    expect((await get('/dev/mailbox', { 'accept-language': 'id' })).text).toContain(`Kepada ${to}`);
  });

  it('gives the same to tools as JSON', async () => {
    const to = await send();
    const { text, headers } = await get('/dev/mailbox.json');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    const [newest] = JSON.parse(text) as Record<string, string>[];
    expect(newest).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      to,
      subject: 'Choose a new password',
      text: expect.stringContaining('reset-password?token=secret'),
      html: expect.stringContaining('<!doctype html>'),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it.each([
    ['host', 'kunci.example'],
    ['host', 'localhost.kunci.example'],
    ['host', '127.0.0.1.nip.io:8080'],
    ['x-forwarded-for', '192.0.2.1'],
    ['x-real-ip', '192.0.2.1'],
    ['forwarded', 'for=192.0.2.1'],
    ['via', '1.1 proxy'],
  ])('is not there for who comes with %s: %s', async (name, value) => {
    const headers = { [name]: value };
    for (const path of ['/dev/mailbox', '/dev/mailbox.json']) {
      expect(await statusOf(path, headers)).toBe(404);
    }
    expect(await statusOf('/dev/mailbox', { host: 'localhost:8080' })).toBe(200);
  });

  /** fetch does not let a caller choose the host. */
  function statusOf(path: string, headers: Record<string, string>): Promise<number | undefined> {
    const { hostname, port } = new URL(test.url);
    return new Promise((resolve, reject) => {
      const sent = request({ path, headers, hostname, port, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end();
    });
  }
});

describe('a server in production', () => {
  it('has no such pages, and says that it sends no mails', async () => {
    const database = await createDatabase();
    const kunci = new KunciProcess(testSettings(database, { NODE_ENV: 'production' }));
    const url = await kunci.url();
    expect(kunci.stderr).toContain('Mails: none are sent, because SMTP_URL is not set');
    for (const path of ['/dev/mailbox', '/dev/mailbox.json', '/dev']) {
      for (const method of ['GET', 'POST']) expect((await fetch(url + path, { method })).status).toBe(404);
    }
    await kunci.stop();
    await database.drop();
  });

  it('is what everything is taken for that does not say otherwise', async () => {
    const database = await createDatabase();
    const { NODE_ENV, ...settings } = testSettings(database);
    expect(NODE_ENV).toBe('development');
    const kunci = new KunciProcess(settings);
    expect((await fetch(`${await kunci.url()}/dev/mailbox`)).status).toBe(404);
    await kunci.stop();
    const developer = new KunciProcess({ ...settings, NODE_ENV: 'development' });
    const url = await developer.url();
    expect(developer.stderr).toContain(`Mails: shown at ${url}/dev/mailbox`);
    expect((await fetch(`${url}/dev/mailbox`)).status).toBe(200);
    await developer.stop();
    await database.drop();
  });
});
