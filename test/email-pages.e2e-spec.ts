import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newEmail } from './support/api.js';
import { type MailedApp, startMailedApp } from './support/mailed-app.js';
import { loggedIn, redirected, Visitor } from './support/visitor.js';

const NEW_PASSWORD = 'quiet river 7 lantern';

describe('pages of an address', () => {
  let test: MailedApp;
  let visitor: Visitor;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());
  beforeEach(() => {
    visitor = new Visitor(test.api);
  });

  it('confirm it and say so, on the account of who is logged in', async () => {
    const { browser, person } = await loggedIn(test.api);
    expect((await browser.get('/account')).text).toContain('This address is not confirmed yet.');
    const token = await test.tokenTo(person.email);
    expect((await browser.get(`/verify-email?token=${token}`)).text).toContain(`<strong>${person.email}</strong>`);
    expect(redirected(await browser.submit('/verify-email', { token }))).toEqual([303, '/account']);
    const account = (await browser.get('/account')).text;
    expect(account).toContain('Your email address is confirmed.');
    expect(account).not.toContain('not confirmed yet');
  });

  it('send the link again, and say the same to everybody', async () => {
    const { email } = await test.api.person();
    const pages = [];
    for (const address of [email, newEmail()]) {
      const sent = await visitor.submit('/verify-email/resend', { email: address });
      expect(redirected(sent)).toEqual([303, '/verify-email/resend']);
      pages.push((await visitor.get('/verify-email/resend')).text);
    }
    expect(pages[0]).toBe(pages[1]);
    expect(pages[0]).toContain('If this address waits to be confirmed, a mail is on its way.');
    await test.mail.to(email, 2);
    const { browser } = await loggedIn(test.api);
    expect(redirected(await browser.submit('/verify-email/resend', { email }))).toEqual([303, '/account']);
  });

  it('change it by the link in the mail to the new one, and undo that by the mail to the old one', async () => {
    const { browser, person } = await loggedIn(test.api);
    const { email, password } = person;
    const changed = newEmail();
    const refused = await browser.submit('/account/email', { email: changed, password: 'sesame 1' });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('<a href="#password">Password: The password is not right.</a>');
    expect(refused.text).toContain(`value="${changed}"`);
    expect(refused.text).toContain(`<span class="address">${email}</span>`);
    expect(refused.text).not.toContain('sesame 1');

    expect(redirected(await browser.submit('/account/email', { email: changed, password }))).toEqual([303, '/account']);
    const before = (await browser.get('/account')).text;
    expect(before).toContain('A mail is on its way to the new address.');
    expect(before).toContain(email);
    const token = await test.tokenTo(changed);
    expect((await browser.get(`/confirm-email?token=${token}`)).text).toContain(`<strong>${changed}</strong>`);
    expect(redirected(await browser.submit('/confirm-email', { token }))).toEqual([303, '/account']);
    expect((await browser.get('/account')).text).toContain(changed);

    const undo = await test.tokenTo(email, 2);
    expect(redirected(await visitor.submit('/undo-email-change', { token: undo }))).toEqual([303, '/login']);
    expect((await visitor.get('/login')).text).toContain('The change is undone.');
    expect((await browser.get('/account')).status).toBe(303);
    const reset = await test.tokenTo(email, 3);
    expect((await visitor.submit('/reset-password', { token: reset, password: NEW_PASSWORD })).status).toBe(303);
    expect((await visitor.submit('/login', { email, password: NEW_PASSWORD })).status).toBe(303);
  });

  it('say so when somebody else has it by now', async () => {
    const { browser, person } = await loggedIn(test.api);
    const email = newEmail();
    await browser.submit('/account/email', { email, password: person.password });
    const token = await test.tokenTo(email);
    await test.api.person({ email });
    const page = await browser.submit('/confirm-email', { token });
    expect(page.status).toBe(400);
    expect(page.text).toContain('<p>Email already registered. Please use a different email address.</p>');
    expect(page.text).not.toContain(token);
    expect((await browser.get('/account')).text).toContain(person.email);
  });

  it('keep the link that undoes a change when somebody else has the old one by now, and say who can help', async () => {
    const { browser, person } = await loggedIn(test.api);
    const email = newEmail();
    await browser.submit('/account/email', { email, password: person.password });
    await browser.submit('/confirm-email', { token: await test.tokenTo(email) });
    const token = await test.tokenTo(person.email, 2);
    await test.api.person({ email: person.email });
    const form = (await visitor.get(`/undo-email-change?token=${token}`)).text;
    expect(form).toMatch(new RegExp(`<input type="text" name="username" value="${person.email}"[^>]* hidden>`));
    const page = await visitor.submit('/undo-email-change', { token, username: person.email });
    expect(page.status).toBe(400);
    expect(page.text).toContain('Somebody else has registered this address meanwhile. Please ask those who run');
    expect(page.text).not.toContain('Please use a different email address');
    expect(page.text).toContain(`<input type="hidden" name="token" value="${token}">`);
    expect(page.text).toContain(`<strong>${person.email}</strong>`);
    await test.dataSource.query('DELETE FROM users WHERE email = ?', [person.email]);
    expect(redirected(await visitor.submit('/undo-email-change', { token }))).toEqual([303, '/login']);
  });
});
