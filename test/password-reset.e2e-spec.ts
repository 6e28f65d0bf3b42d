import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OneTimeToken } from '../src/one-time-tokens/one-time-token.entity.js';
import { newEmail, type Person } from './support/api.js';
import { ENGINE } from './support/database.js';
import { damaged, type MailedApp, NO_TOKENS, startMailedApp, subjectsOf, tokenIn } from './support/mailed-app.js';
import { Visitor } from './support/visitor.js';

const NEW = 'quiet river 7 lantern';

describe(`reset the password (${ENGINE})`, () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());

  const forgot = (email: unknown) => test.api.post('/api/forgot-password', { email });
  const reset = (token: unknown, password: unknown = NEW) => test.api.post('/api/reset-password', { token, password });
  const statusOf = async (token: string, password?: string) => (await reset(token, password)).status;
  const loginStatus = async ({ email }: Person, password: string) => (await test.api.login(email, password)).status;
  /** The tokens of the links that a person was mailed to reset the password; each asked for here. */
  const links = async ({ email }: Person, count = 1): Promise<string[]> => {
    for (let i = 0; i < count; i++) expect((await forgot(email)).status).toBe(200);
    await test.allSent();
    const mails = (await test.mail.to(email)).filter(({ parsed }) => parsed.subject === 'Choose a new password');
    return mails.slice(-count).map(tokenIn);
  };
  const link = async (person: Person): Promise<string> => (await links(person))[0]!;

  it('mails a link that lets its reader choose a new password, and tells of it', async () => {
    const ana = await test.api.person();
    const answer = await reset(await link(ana));
    expect([answer.status, answer.body.message, answer.body.data]).toEqual([200, 'Password changed', { ended: 0 }]);
    expect([await loginStatus(ana, ana.password), await loginStatus(ana, NEW)]).toEqual([401, 200]);
    await test.allSent();
    expect(subjectsOf(await test.mail.to(ana.email)).at(-1)).toBe('Your password was changed');
    expect((await test.userOf(ana.email)).emailVerifiedAt).toBeInstanceOf(Date);
  });

  it('takes a link once', async () => {
    const ana = await test.api.person();
    const token = await link(ana);
    expect([await statusOf(token), await statusOf(token, 'yet another 1')]).toEqual([200, 400]);
    expect(await loginStatus(ana, NEW)).toBe(200);
  });

  it('lets exactly one of 16 parallel uses of a link succeed', async () => {
    const ana = await test.api.person();
    const token = await link(ana);
    const passwords = Array.from({ length: 16 }, (_, i) => `parallel no ${i} x`);
    const answers = await Promise.all(passwords.map((password) => reset(token, password)));
    const winners = passwords.filter((_, i) => answers[i]?.status === 200);
    expect(winners).toHaveLength(1);
    for (const { status } of answers) expect([200, 400, 503]).toContain(status);
    expect(await loginStatus(ana, winners[0] ?? '')).toBe(200);
    expect((await test.userOf(ana.email)).passwordVersion).toBe(2);
  });

  it.each(NO_TOKENS)('refuses %s in the place of a token', async (_what, token) => {
    expect((await reset(token)).status).toBe(400);
  });

  it('refuses a token with one bit changed, and every other spelling of it', async () => {
    const ana = await test.api.person();
    const token = await link(ana);
    for (const other of damaged(token)) expect([other, await statusOf(other)]).toEqual([other, 400]);
    expect([await loginStatus(ana, ana.password), await statusOf(token)]).toEqual([200, 200]);
  });

  it('refuses a link that is older than half an hour', async () => {
    const ana = await test.api.person();
    const token = await link(ana);
    const tokens = test.dataSource.getRepository<OneTimeToken>('OneTimeToken');
    const row = await tokens.findOneByOrFail({ purpose: 'reset_password', userId: (await test.userOf(ana.email)).id });
    expect(Math.abs(row.expiresAt.getTime() - Date.now() - 1_800_000)).toBeLessThan(60_000);
    await test.expireTokens();
    const answer = await reset(token);
    expect([answer.status, answer.body.error]).toEqual([400, 'This link is not valid any more.']);
    expect(await loginStatus(ana, ana.password)).toBe(200);
  });

  it('changes the account that asked, and no other', async () => {
    const [ana, budi] = [await test.api.person(), await test.api.person()];
    const [forAna, forBudi] = [await link(ana), await link(budi)];
    expect(await statusOf(forAna)).toBe(200);
    expect([await loginStatus(budi, budi.password), await loginStatus(budi, NEW)]).toEqual([200, 401]);
    expect(await statusOf(forBudi, 'budi has another 1')).toBe(200);
    expect([await loginStatus(ana, NEW), await loginStatus(budi, 'budi has another 1')]).toEqual([200, 200]);
  });

  it('ends every link that was asked for when one of them is used', async () => {
    const ana = await test.api.person();
    const [first, second, third] = (await links(ana, 3)) as [string, string, string];
    expect(await statusOf(second)).toBe(200);
    expect([await statusOf(first), await statusOf(third)]).toEqual([400, 400]);
    expect(await loginStatus(ana, NEW)).toBe(200);
  });

  it('keeps the link good while the password is refused', async () => {
    const ana = await test.api.person();
    const token = await link(ana);
    const short = await reset(token, 'short');
    expect([short.status, short.body.error]).toEqual([
      400,
      {
        password: ['Password must be at least 8 characters long.', 'Password must contain both letters and numbers.'],
      },
    ]);
    for (const password of ['', ' ', null, ['a1b2c3d4'], { a: 1 }, undefined, 'x'.repeat(1025)]) {
      expect((await test.api.post('/api/reset-password', { token, password })).status).toBe(400);
    }
    expect(await statusOf(token)).toBe(200);
  });

  it('ends every session, of the API and of browsers, at once', async () => {
    const ana = await test.api.signedIn();
    const browser = new Visitor(test.api);
    await browser.submit('/login', { email: ana.email, password: ana.password });
    expect((await browser.get('/')).text).toContain(ana.name);
    const answer = await reset(await link(ana));
    expect(answer.body.data).toEqual({ ended: 2 });
    expect((await test.api.userInfo(ana.token)).status).toBe(401);
    expect((await test.api.refresh(ana.refreshToken)).status).toBe(401);
    expect((await browser.get('/')).status).toBe(303);
  });

  it('works while guessing has closed the account, and opens it', async () => {
    const ana = await test.api.person();
    let last = 401;
    for (let i = 0; i < 40 && last !== 429; i++) last = await loginStatus(ana, 'wrong 1234');
    expect([last, await loginStatus(ana, ana.password)]).toEqual([429, 429]);
    expect(await statusOf(await link(ana))).toBe(200);
    expect(await loginStatus(ana, NEW)).toBe(200);
  });

  it('leaves a lock as it is', async () => {
    const ana = await test.api.person();
    await test.dataSource.query('UPDATE users SET locked_at = created_at WHERE email = ?', [ana.email]);
    expect(await statusOf(await link(ana))).toBe(200);
    expect(await loginStatus(ana, NEW)).toBe(403);
  });

  it('refuses the link of an address that the account has no more', async () => {
    const ana = await test.api.person();
    const token = await link(ana);
    const other = newEmail();
    const change = 'UPDATE users SET email = ?, email_canonical = ? WHERE email = ?';
    await test.dataSource.query(change, [other, other, ana.email]);
    expect(await statusOf(token)).toBe(400);
    expect(await loginStatus({ ...ana, email: other }, ana.password)).toBe(200);
  });

  it('is a matter of its own audit events, with no address in them', async () => {
    const ana = await test.api.person();
    const { id } = await test.userOf(ana.email);
    await statusOf(await link(ana));
    const detailsOf = async () => {
      const rows = await test.dataSource.query<{ event: string; detail: string | null }[]>(
        'SELECT event, detail FROM audit_events WHERE user_id = ? ORDER BY at',
        [id],
      );
      return rows.map(({ event, detail }) => [event, detail]);
    };
    const deadline = Date.now() + 10_000;
    while ((await detailsOf()).length < 3 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await detailsOf()).toEqual([
      ['user_created', null],
      ['authn_token_created', 'reset_password'],
      ['authn_password_change', 'reset'],
    ]);
    const all = JSON.stringify(await test.dataSource.query('SELECT * FROM audit_events'));
    expect(all).not.toContain('@');
  });
});
