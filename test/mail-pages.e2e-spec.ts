import { describe, expect, it } from '@jest/globals';
import { newEmail, newPerson, PASSWORD } from './support/api.js';
import { startApp } from './support/app.js';
import { startMailedApp } from './support/mailed-app.js';
import { redirected, Visitor } from './support/visitor.js';

describe('pages where addresses must be verified', () => {
  it('tell only who knows the password, and offer to send the mail again', async () => {
    const test = await startMailedApp({ REQUIRE_VERIFIED_EMAIL: 'on' });
    try {
      const visitor = new Visitor(test.api);
      const person = newPerson();
      for (const name of ['Ana', 'Somebody else']) {
        const registered = await visitor.submit('/register', { ...person, name });
        expect(redirected(registered)).toEqual([303, '/verify-email/resend']);
        expect((await visitor.get('/verify-email/resend')).text).toContain('One more step: please open the link');
      }
      const { email } = person;
      expect((await visitor.submit('/login', { email, password: 'wrong 1' })).status).toBe(401);
      const page = await visitor.submit('/login', { ...person });
      expect(page.status).toBe(403);
      expect(page.text).toContain('<p>This address is not confirmed yet.</p>');
      expect(page.text).toContain('action="/verify-email/resend"');
      expect(page.text).toContain(`value="${email}"`);
      expect(page.text).not.toContain(PASSWORD);
    } finally {
      await test.stop();
    }
  });
});

describe('pages of a server that sends no mail', () => {
  it('promise none', async () => {
    const test = await startApp({ NODE_ENV: 'production' });
    try {
      const visitor = new Visitor(test.api);
      expect((await visitor.get('/login')).text).not.toContain('/forgot-password');
      const forgot = (await visitor.get('/forgot-password')).text;
      expect(forgot).toContain('This service sends no mail.');
      expect(forgot).not.toContain('action="/forgot-password"');
      const resend = (await visitor.get('/verify-email/resend')).text;
      expect(resend).toContain('This service sends no mail.');
      expect(resend).not.toContain('action="/verify-email/resend"');
      const person = await test.api.person();
      await visitor.submit('/login', { ...person });
      const change = (await visitor.get('/account/email')).text;
      expect(change).toContain('This service sends no mail.');
      expect(change).not.toContain('action="/account/email"');
      // Sent by a form that was open before.
      for (const [path, next] of [
        ['/forgot-password', '/forgot-password'],
        ['/verify-email/resend', '/account'],
        ['/account/email', '/account'],
      ] as const) {
        const fields = { ...person, ...(path === '/account/email' && { email: newEmail() }) };
        expect(redirected(await visitor.submit(path, fields))).toEqual([303, next]);
        expect((await visitor.get(next)).text).not.toContain('role="status"');
      }
      const account = (await visitor.get('/account')).text;
      expect(account).not.toMatch(/not confirmed yet|\/account\/email/);
      expect(account).toContain('<a href="/account/password">');
    } finally {
      await test.stop();
    }
  });
});
