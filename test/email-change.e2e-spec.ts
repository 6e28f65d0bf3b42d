import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEmail } from './support/api.js';
import { ENGINE } from './support/database.js';
import { CHANGED, CONFIRM, EmailChanges, RESET } from './support/email-changes.js';
import { damaged, type MailedApp, NO_TOKENS, startMailedApp } from './support/mailed-app.js';

const NEW = 'quiet river 7 lantern';

describe(`change the address (${ENGINE})`, () => {
  let test: MailedApp;
  let changes: EmailChanges;
  beforeAll(async () => {
    test = await startMailedApp();
    changes = new EmailChanges(test);
  });
  afterAll(() => test.stop());

  it('mails a link to the new address, and changes nothing before it is used', async () => {
    const [ana, email] = [await test.api.signedIn(), newEmail()];
    const answer = await changes.request(ana, ` ${email} `);
    expect([answer.status, answer.body.data]).toEqual([200, { expires_in: 86_400 }]);
    expect(await changes.addressOf(ana)).toBe(ana.email);
    expect([
      await changes.loginStatus(ana.email, ana.password),
      await changes.loginStatus(email, ana.password),
    ]).toEqual([200, 401]);
    expect(await changes.mailsAbout(ana.email, CONFIRM)).toEqual([]);
    const confirmed = await changes.confirm(await changes.lastLink(email, CONFIRM));
    expect([confirmed.status, confirmed.body.message, confirmed.body.data]).toEqual([
      200,
      'Email address changed',
      { email },
    ]);
    expect(await changes.addressOf(ana)).toBe(email);
    expect([
      await changes.loginStatus(ana.email, ana.password),
      await changes.loginStatus(email, ana.password),
    ]).toEqual([401, 200]);
    expect((await test.userOf(email)).emailVerifiedAt).toBeInstanceOf(Date);
  });

  it('tells the old address, with a link that takes the change back', async () => {
    const [ana, email] = [await test.api.signedIn(), newEmail()];
    await changes.changed(ana, email);
    const [notice] = await changes.mailsAbout(ana.email, CHANGED);
    // Whoever registers a stranger's address would choose what that stranger reads.
    expect(notice?.text).not.toContain(email);
    expect(notice?.text).toContain('https://accounts.example.com/undo-email-change?token=');
    expect(await changes.mailsAbout(email, CHANGED)).toEqual([]);
  });

  it('asks for the password: without it, or with a wrong one, nobody gets a mail', async () => {
    const [ana, email] = [await test.api.signedIn(), newEmail()];
    const wrong = await changes.request(ana, email, 'wrong 1234');
    expect([wrong.status, wrong.body.error]).toEqual([403, 'The password is not right.']);
    for (const password of [null, '', [ana.password], { a: 1 }]) {
      expect((await changes.request(ana, email, password)).status).toBe(400);
    }
    expect((await test.api.send('PUT', '/api/email')).status).toBe(401);
    expect(await changes.mailsAbout(email, CONFIRM)).toEqual([]);
  });

  it('says so if it is their address already', async () => {
    const ana = await test.api.signedIn();
    const { status, body } = await changes.request(ana, ` ${ana.email}`);
    expect([status, body.error]).toEqual([400, { email: ['This is your address already.'] }]);
    expect((await changes.request(ana, ana.email, 'wrong 1234')).status).toBe(403);
    expect(await changes.mailsAbout(ana.email, CONFIRM)).toEqual([]);
  });

  it('slows guessing at the password down', async () => {
    const ana = await test.api.signedIn();
    let last = 0;
    for (let i = 0; i < 30 && last !== 429; i++) last = (await changes.request(ana, newEmail(), 'wrong 1234')).status;
    expect([last, (await changes.request(ana, newEmail())).status]).toEqual([429, 429]);
  });

  it.each([
    ['nothing', null, 'This field is required.'],
    ['a list', ['a@example.com'], 'This field must be text.'],
    ['what is no address', 'ana', 'Invalid email address.'],
    ['a second header', 'a@example.com\r\nBcc: b@example.com', 'Invalid email address.'],
    ['two addresses', 'a@example.com,b@example.com', 'Invalid email address.'],
  ])('refuses %s as a registration does', async (_what, email, message) => {
    const answer = await changes.request(await test.api.signedIn(), email);
    expect([answer.status, answer.body.error]).toEqual([400, { email: [message] }]);
  });

  it('answers alike for an address that somebody has, and gives it to nobody', async () => {
    const [ana, budi] = [await test.api.signedIn(), await test.api.person()];
    // A mail server writes the domain as it likes.
    const spelling = budi.email.replace('ana', 'ANA');
    const [taken, free] = [await changes.request(ana, spelling), await changes.request(ana, newEmail())];
    expect([taken.status, taken.text]).toEqual([free.status, free.text]);
    const answer = await changes.confirm(await changes.lastLink(spelling, CONFIRM));
    expect([answer.status, answer.body.error]).toEqual([
      400,
      { email: ['Email already registered. Please use a different email address.'] },
    ]);
    expect(await changes.addressOf(ana)).toBe(ana.email);
    expect(await changes.loginStatus(budi.email, budi.password)).toBe(200);
  });

  it('lets one of two accounts have an address that both asked for', async () => {
    const [ana, budi, email] = [await test.api.signedIn(), await test.api.signedIn(), newEmail()];
    const tokens = [await changes.requested(ana, email), await changes.requested(budi, email)];
    const answers = await Promise.all(tokens.map((token) => changes.confirm(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(
      [await changes.addressOf(ana), await changes.addressOf(budi)].filter((address) => address === email),
    ).toHaveLength(1);
  });

  it.each(NO_TOKENS)('refuses %s in the place of a token', async (_what, token) => {
    expect([(await changes.confirm(token)).status, (await changes.undo(token)).status]).toEqual([400, 400]);
  });

  it('takes a link once, whole, and for a day', async () => {
    const [ana, email] = [await test.api.signedIn(), newEmail()];
    const token = await changes.requested(ana, email);
    for (const other of damaged(token)) expect([other, (await changes.confirm(other)).status]).toEqual([other, 400]);
    expect((await changes.undo(token)).status).toBe(400);
    const answers = await Promise.all(Array.from({ length: 16 }, () => changes.confirm(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(15).fill(400)]);
    const late = await changes.requested(ana, newEmail());
    await test.expireTokens();
    expect((await changes.confirm(late)).status).toBe(400);
    expect(await changes.addressOf(ana)).toBe(email);
  });

  it('gives the address that the link was mailed to, whatever was asked for afterwards', async () => {
    const [ana, first, second] = [await test.api.signedIn(), newEmail(), newEmail()];
    const [forFirst, forSecond] = [await changes.requested(ana, first), await changes.requested(ana, second)];
    expect((await changes.confirm(forFirst)).body.data).toEqual({ email: first });
    expect(await changes.addressOf(ana)).toBe(first);
    expect((await changes.confirm(forSecond)).status).toBe(400);
    expect(await changes.addressOf(ana)).toBe(first);
  });

  it('never gives an address that was not shown to be owned, however requests and links race', async () => {
    const ana = await test.api.signedIn();
    for (let round = 0; round < 6; round++) {
      const [mine, victims] = [newEmail(), newEmail()];
      const token = await changes.requested(ana, mine);
      const before = await changes.addressOf(ana);
      const [answer] = await Promise.all([
        changes.confirm(token),
        changes.request(ana, victims),
        changes.request(ana, victims),
        changes.confirm(token),
      ]);
      expect([before, mine]).toContain(await changes.addressOf(ana));
      if (answer.status === 200) expect(answer.body.data).toEqual({ email: mine });
    }
  });

  it('ends with one of the two addresses, when both links are used at once', async () => {
    for (let round = 0; round < 6; round++) {
      const [ana, one, other] = [await test.api.signedIn(), newEmail(), newEmail()];
      const tokens = [await changes.requested(ana, one), await changes.requested(ana, other)];
      const answers = await Promise.all(tokens.map((token) => changes.confirm(token)));
      const given = answers.filter(({ status }) => status === 200).map(({ body }) => body.data);
      expect(given).toContainEqual({ email: await changes.addressOf(ana) });
      expect([one, other]).toContain(await changes.addressOf(ana));
    }
  });

  it('leaves no link good that was mailed to the old address', async () => {
    const ana = await test.api.signedIn();
    const verify = await changes.lastLink(ana.email, 'Confirm your email address');
    await test.api.post('/api/forgot-password', { email: ana.email });
    const reset = await changes.lastLink(ana.email, RESET);
    await changes.changed(ana, newEmail());
    expect((await test.api.post('/api/reset-password', { token: reset, password: NEW })).status).toBe(400);
    expect((await test.api.post('/api/verify-email', { token: verify })).status).toBe(400);
  });

  it('is over when the password is reset: who knew the old one gets no address by it', async () => {
    const [ana, email] = [await test.api.signedIn(), newEmail()];
    const token = await changes.requested(ana, email);
    await test.api.post('/api/forgot-password', { email: ana.email });
    const reset = { token: await changes.lastLink(ana.email, RESET), password: NEW };
    expect((await test.api.post('/api/reset-password', reset)).status).toBe(200);
    expect((await changes.confirm(token)).status).toBe(400);
    expect(await changes.loginStatus(ana.email, NEW)).toBe(200);
  });

  it('sends an address no more than five of these mails an hour', async () => {
    const [ana, email] = [await test.api.signedIn(), newEmail()];
    for (let i = 0; i < 8; i++) expect((await changes.request(ana, email)).status).toBe(200);
    expect(await changes.mailsAbout(email, CONFIRM)).toHaveLength(5);
  });
});
