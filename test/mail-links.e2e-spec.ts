import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEmail } from './support/api.js';
import { ENGINE } from './support/database.js';
import { type MailedApp, startMailedApp } from './support/mailed-app.js';
import { rawJson } from './support/raw-request.js';

const EVIL = {
  host: 'evil.example',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  'x-forwarded-for': '203.0.113.1',
  forwarded: 'host=evil.example',
  origin: 'https://evil.example',
};

describe.each([
  ['no proxy', {}],
  ['a proxy', { TRUST_PROXY: '127.0.0.1' }],
])(`links in mails behind %s (${ENGINE})`, (_, settings) => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp(settings);
  });
  afterAll(() => test.stop());

  /** Of all the mails that an address got. */
  async function expectNoEvil(email: string, count: number): Promise<void> {
    await test.allSent();
    for (const { text, html } of await test.mail.to(email, count)) {
      expect(text + html).not.toContain('evil');
      expect(text).toContain('https://accounts.example.com/');
    }
  }

  it.each(['/api/forgot-password', '/api/verify-email/resend'])(
    'are built from the settings, whatever a request says of the host: %s',
    async (path) => {
      const { email } = await test.api.person();
      expect(await rawJson(test.url, 'POST', path, EVIL, { email })).toBe(200);
      await expectNoEvil(email, 2);
      // A target in its absolute form names a host too.
      expect(await rawJson(test.url, 'POST', `http://evil.example${path}`, EVIL, { email })).toBe(200);
      await expectNoEvil(email, 3);
    },
  );

  it('are so for a new address', async () => {
    const { token, password } = await test.api.signedIn();
    const email = newEmail();
    const headers = { ...EVIL, authorization: `Bearer ${token}` };
    expect(await rawJson(test.url, 'PUT', '/api/email', headers, { email, password })).toBe(200);
    await expectNoEvil(email, 1);
  });
});
