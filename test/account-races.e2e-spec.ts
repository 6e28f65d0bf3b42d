import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AppError } from '../src/http/app-error.js';
import { MailedLinks } from '../src/one-time-tokens/mailed-links.service.js';
import { PasswordsService } from '../src/passwords/passwords.service.js';
import { UsersService } from '../src/users/users.service.js';
import { newEmail, type SignedIn } from './support/api.js';
import { ENGINE } from './support/database.js';
import { CHANGED, EmailChanges, RESET } from './support/email-changes.js';
import { type MailedApp, startMailedApp, subjectsOf } from './support/mailed-app.js';

const NEW = 'quiet river 7 lantern';

describe(`what happens to an account at once (${ENGINE})`, () => {
  let test: MailedApp;
  let changes: EmailChanges;
  beforeAll(async () => {
    test = await startMailedApp();
    changes = new EmailChanges(test);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => test.stop());

  const change = ({ token, password }: SignedIn, to = NEW, current = password) =>
    test.api.as(token, 'PUT', '/api/password', { current_password: current, new_password: to });
  const leave = ({ token, password }: SignedIn) => test.api.as(token, 'DELETE', '/api/user-info', { password });
  const statusesOf = async (answers: Promise<{ status: number }>[]) =>
    (await Promise.all(answers)).map(({ status }) => status);

  /** Lets something else happen after the password was checked and before a link is made. */
  const beforeTheLink = (happen: () => Promise<unknown>) => {
    const links = test.app.get(MailedLinks);
    const ask = links.ask.bind(links);
    jest.spyOn(links, 'ask').mockImplementationOnce(async (...args) => {
      await happen();
      return ask(...args);
    });
  };

  it('keeps the session that changes its password twice at once', async () => {
    const ana = await test.api.signedIn();
    const passwords = ['new no 1 of three', 'new no 2 of three', 'new no 3 of three'];
    const statuses = await statusesOf(passwords.map((password) => change(ana, password)));
    expect([...statuses].sort()).toEqual([200, 403, 403]);
    expect((await test.api.userInfo(ana.token)).status).toBe(200);
    const winner = passwords[statuses.indexOf(200)] ?? '';
    expect((await change(ana, NEW, winner)).status).toBe(200);
  });

  it.each([
    ['a change of password', (ana: SignedIn) => change(ana)],
    [
      'a reset',
      async (ana: SignedIn) => {
        await test.api.post('/api/forgot-password', { email: ana.email });
        const body = { token: await changes.lastLink(ana.email, RESET), password: NEW };
        return test.api.post('/api/reset-password', body);
      },
    ],
  ])('lets no change of address through %s that was asked for with the old password', async (_what, happen) => {
    const [ana, email] = [await test.api.signedIn(), newEmail()];
    let status = 0;
    beforeTheLink(async () => {
      status = (await happen(ana)).status;
    });
    const late = await changes.requested(ana, email);
    expect(status).toBe(200);
    expect((await changes.confirm(late)).status).toBe(400);
    expect((await test.userOf(ana.email)).email).toBe(ana.email);
  });

  it('does not delete an account whose password was reset meanwhile', async () => {
    const ana = await test.api.signedIn();
    const users = test.app.get(UsersService);
    const remove = users.delete.bind(users);
    jest.spyOn(users, 'delete').mockImplementationOnce(async (user) => {
      expect((await change(ana)).status).toBe(200);
      return remove(user);
    });
    expect((await leave(ana)).status).toBe(403);
    expect((await test.api.login(ana.email, NEW)).status).toBe(200);
  });

  it('lets one of several at once delete it', async () => {
    const ana = await test.api.signedIn();
    const statuses = await statusesOf([leave(ana), leave(ana), leave(ana)]);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    for (const status of statuses) expect([200, 401, 404]).toContain(status);
    await test.allSent();
    const about = test.mail.mails.filter(({ to }) => to.includes(ana.email));
    expect(subjectsOf(about).filter((subject) => subject === 'Your account was deleted')).toHaveLength(1);
  });

  it('mails nothing to an account that goes while a link is made, and answers as ever', async () => {
    const ana = await test.api.signedIn();
    beforeTheLink(() => leave(ana));
    expect((await test.api.post('/api/forgot-password', { email: ana.email })).status).toBe(200);
    const sent = await changes.mailsAbout(ana.email, RESET);
    for (const mail of sent) expect((await test.api.post('/api/reset-password', { token: mail })).status).toBe(400);
  });

  it.each<[string, number, () => void]>([
    [
      'there is no room to hash',
      503,
      () =>
        jest.spyOn(test.app.get(PasswordsService), 'hash').mockRejectedValueOnce(new AppError('service_unavailable')),
    ],
    [
      'somebody registers the address at that moment',
      400,
      () => jest.spyOn(test.app.get(UsersService), 'restoreEmail').mockRejectedValueOnce(new AppError('email_taken')),
    ],
  ])('leaves the link to undo a change of address good when %s', async (_what, status, fail) => {
    const [ana, email] = [await test.api.signedIn(), newEmail()];
    await changes.changed(ana, email);
    const token = await changes.lastLink(ana.email, CHANGED);
    fail();
    expect((await changes.undo(token)).status).toBe(status);
    expect(await changes.addressOf(ana)).toBe(email);
    expect((await changes.undo(token)).status).toBe(200);
  });

  it('tells an address of no more than five changes in an hour', async () => {
    const ana = await test.api.signedIn();
    let current = ana.password;
    for (let i = 0; i < 7; i++) {
      const next = `new no ${i} of seven`;
      expect((await change(ana, next, current)).status).toBe(200);
      current = next;
    }
    await test.allSent();
    expect(await changes.mailsAbout(ana.email, 'Your password was changed')).toHaveLength(5);
  });
});
