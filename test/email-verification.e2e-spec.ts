import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OneTimeToken } from '../src/one-time-tokens/one-time-token.entity.js';
import { newEmail, newPerson, type Person } from './support/api.js';
import { ENGINE } from './support/database.js';
import { damaged, type MailedApp, NO_TOKENS, startMailedApp, subjectsOf, tokenIn } from './support/mailed-app.js';
import { OutboxTable } from './support/outbox.js';
import { StatementLog } from './support/statement-log.js';

const SUBJECT = 'Confirm your email address';

describe(`verify an address (${ENGINE})`, () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());

  const verify = (token: unknown) => test.api.post('/api/verify-email', { token });
  const resend = (email: unknown) => test.api.post('/api/verify-email/resend', { email });
  /** Someone new, and the token in the mail that they got. */
  const registered = async (): Promise<[Person, string]> => {
    const person = await test.api.person();
    const [mail] = await test.mail.to(person.email);
    return [person, tokenIn(mail!)];
  };
  const verifiedAt = async ({ email }: Person) => (await test.userOf(email)).emailVerifiedAt;

  it('mails a link when somebody registers, and the link works', async () => {
    const [ana, token] = await registered();
    expect(subjectsOf(await test.mail.to(ana.email))).toEqual([SUBJECT]);
    expect(await verifiedAt(ana)).toBeNull();
    const before = Date.now();
    const answer = await verify(token);
    expect([answer.status, answer.body.message, answer.body.data]).toEqual([
      200,
      'Email address verified',
      { email: ana.email },
    ]);
    expect((await verifiedAt(ana))?.getTime()).toBeGreaterThanOrEqual(before);
  });

  it('mails it in the language of the request', async () => {
    const person = newPerson();
    await test.api.send('POST', '/api/register', {
      headers: { 'content-type': 'application/json', 'accept-language': 'id-ID,id;q=0.9' },
      body: JSON.stringify(person),
    });
    const [mail] = await test.mail.to(person.email);
    expect(mail?.html).toContain('<html lang="id">');
  });

  it('takes a link once', async () => {
    const [, token] = await registered();
    expect((await verify(token)).status).toBe(200);
    const again = await verify(token);
    expect([again.status, again.body.error]).toEqual([400, 'This link is not valid any more.']);
  });

  it('lets exactly one of 16 parallel uses succeed', async () => {
    const [, token] = await registered();
    const answers = await Promise.all(Array.from({ length: 16 }, () => verify(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(15).fill(400)]);
  });

  it.each(NO_TOKENS)('refuses %s in the place of a token', async (_what, token) => {
    expect((await verify(token)).status).toBe(400);
  });

  it('refuses a token with one bit changed, and every other spelling of it', async () => {
    const [ana, token] = await registered();
    for (const other of damaged(token)) expect([other, (await verify(other)).status]).toEqual([other, 400]);
    expect(await verifiedAt(ana)).toBeNull();
    expect((await verify(token)).status).toBe(200);
  });

  it('refuses a link that is older than a day', async () => {
    const [ana, token] = await registered();
    const [row] = await tokensOf(ana);
    const hours = ((row?.expiresAt.getTime() ?? 0) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThanOrEqual(24);
    await test.expireTokens();
    expect((await verify(token)).status).toBe(400);
    expect(await verifiedAt(ana)).toBeNull();
  });

  it('uses nothing up when a scanner opens the link, with GET, HEAD or a prefetch', async () => {
    const [, token] = await registered();
    for (const path of [`/verify-email?token=${token}`, `/api/verify-email?token=${token}`]) {
      await test.api.send('GET', path, { headers: { purpose: 'prefetch', 'sec-purpose': 'prefetch' } });
      await test.api.send('HEAD', path);
      await test.api.send('GET', path);
    }
    expect((await verify(token)).status).toBe(200);
  });

  it('takes the link for this and nothing else', async () => {
    const [, token] = await registered();
    const bodies = { token, password: 'quiet river 7 lantern' };
    for (const path of ['/api/reset-password', '/api/email/confirm', '/api/email/undo']) {
      expect([path, (await test.api.post(path, bodies)).status]).toEqual([path, 400]);
    }
    expect((await verify(token)).status).toBe(200);
  });

  it('refuses the link of an address that the account has no more', async () => {
    const [ana, token] = await registered();
    const other = newEmail();
    await test.dataSource.query('UPDATE users SET email = ?, email_canonical = ? WHERE email = ?', [
      other,
      other,
      ana.email,
    ]);
    expect((await verify(token)).status).toBe(400);
    expect((await test.userOf(other)).emailVerifiedAt).toBeNull();
  });

  it('keeps of a token only its SHA-256, and of a mail that waits nothing that can be read', async () => {
    test.mail.behaviour = 'hold';
    const person = await test.api.person();
    const [waiting] = await new OutboxTable(test.dataSource).rows();
    test.mail.release();
    const [mail] = await test.mail.to(person.email);
    const token = tokenIn(mail!);
    const [row] = await tokensOf(person);
    const bytes = Buffer.from(token, 'base64url');
    expect(bytes).toHaveLength(32);
    expect(row?.tokenHash).toBe(createHash('sha256').update(bytes).digest('base64url'));
    expect(JSON.stringify(row)).not.toContain(token);
    for (const secret of [token, person.email]) expect(JSON.stringify(waiting)).not.toContain(secret);
  });

  it('mails the link again, and answers everybody alike', async () => {
    const [ana] = await registered();
    const [verified, token] = await registered();
    await verify(token);
    const asked = [ana.email.toUpperCase(), verified.email, newEmail(), 'nobody', `a${'\u0301'.repeat(20_000)}@b.co`];
    const answers = [];
    for (const email of asked) answers.push(await resend(email));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.body.data).toEqual({ expires_in: 86_400 });
    const [first, second] = await test.mail.to(ana.email, 2);
    await test.allSent();
    expect(await test.mail.to(ana.email)).toHaveLength(2);
    expect(await test.mail.to(verified.email)).toHaveLength(1);
    expect(tokenIn(second!)).not.toBe(tokenIn(first!));
    expect((await verify(tokenIn(second!))).status).toBe(200);
  });

  it('runs the same statements for who waits, for who is verified and for nobody', async () => {
    const [[ana], [verified, token]] = [await registered(), await registered()];
    await verify(token);
    await test.allSent();
    const log = StatementLog.of(test.dataSource);
    const runs = [];
    for (const email of [ana.email, verified.email, newEmail()]) {
      runs.push(await log.during(() => resend(email)));
      await test.allSent();
    }
    log.stop();
    expect(runs[0]?.length).toBeGreaterThanOrEqual(3);
    expect([runs[1], runs[2]]).toEqual([runs[0], runs[0]]);
  });

  it.each([
    ['nothing', undefined],
    ['a blank', ' '],
    ['a list', ['a@example.com']],
    ['an object', { a: 1 }],
  ])('asks for an address when it gets %s', async (_what, email) => {
    const answer = await resend(email);
    expect([answer.status, Object.keys(answer.body.error as object)]).toEqual([400, ['email']]);
  });

  it('sends an address no more than five of these mails an hour, and says nothing of it', async () => {
    const [ana] = await registered();
    const answers = [];
    for (let i = 0; i < 8; i++) answers.push(await resend(i % 2 ? ana.email : ` ${ana.email.toUpperCase()} `));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    await test.allSent();
    expect(await test.mail.to(ana.email)).toHaveLength(5);
  });

  const tokensOf = async ({ email }: Person) =>
    test.dataSource.getRepository<OneTimeToken>('OneTimeToken').findBy({ userId: (await test.userOf(email)).id });
});
