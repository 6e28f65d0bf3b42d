import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEmail, newPerson, PASSWORD, type Person } from './support/api.js';
import { ENGINE } from './support/database.js';
import { ROOM_TO_HASH } from './support/app.js';
import { type MailedApp, startMailedApp, subjectsOf, tokenIn } from './support/mailed-app.js';
import { median, timed } from './support/timing.js';

describe(`REQUIRE_VERIFIED_EMAIL (${ENGINE})`, () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp({ REQUIRE_VERIFIED_EMAIL: 'on', ...ROOM_TO_HASH });
  });
  afterAll(() => test.stop());

  const verify = async ({ email }: Person) => {
    const [mail] = await test.mail.to(email);
    expect((await test.api.post('/api/verify-email', { token: tokenIn(mail!) })).status).toBe(200);
  };
  const verified = async (): Promise<Person> => {
    const person = await test.api.person();
    await verify(person);
    return person;
  };

  it('lets nobody in before the address is verified, and tells so only who knows the password', async () => {
    const ana = await test.api.person();
    const right = await test.api.login(ana.email, ana.password);
    expect([right.status, right.body.message, right.body.error]).toEqual([
      403,
      'Login failed',
      'This email address is not verified yet.',
    ]);
    expect((await test.api.login(ana.email, 'wrong 1234')).status).toBe(401);
    await verify(ana);
    expect((await test.api.login(ana.email, ana.password)).status).toBe(200);
  });

  it('lets somebody in whose password was reset by a link in a mail', async () => {
    const ana = await test.api.person();
    await test.api.post('/api/forgot-password', { email: ana.email });
    const [, mail] = await test.mail.to(ana.email, 2);
    const body = { token: tokenIn(mail!), password: 'quiet river 7 lantern' };
    expect((await test.api.post('/api/reset-password', body)).status).toBe(200);
    expect((await test.api.login(ana.email, body.password)).status).toBe(200);
  });

  it('answers who registers a taken address like a new one, and mails its owner', async () => {
    const ana = await verified();
    const fresh = newPerson();
    const typed = { name: 'Somebody else', email: ` ${ana.email.toUpperCase()} `, password: 'another pass 9' };
    const [taken, free] = [await test.api.register(typed), await test.api.register({ ...typed, email: fresh.email })];
    expect([taken.status, free.status]).toEqual([201, 201]);
    expect(taken.body).toEqual({
      ...free.body,
      data: { user: { name: 'Somebody else', email: ana.email.toUpperCase() } },
    });
    const headers = ({ headers }: typeof taken) => [...headers.keys()].filter((name) => name !== 'content-length');
    expect(headers(taken)).toEqual(headers(free));
    const mails = await test.mail.to(ana.email, 2);
    expect(subjectsOf(mails)).toEqual(['Confirm your email address', 'You already have an account']);
    expect(mails[1]?.text).toContain('https://accounts.example.com/login');
    expect(mails[1]?.text).not.toContain('token=');
    expect((await test.userOf(ana.email)).name).toBe(ana.name);
    expect((await test.api.login(ana.email, ana.password)).status).toBe(200);
    expect((await test.api.login(ana.email, typed.password)).status).toBe(401);
  });

  it('says what is wrong with the other fields, and nothing of the address', async () => {
    const ana = await test.api.person();
    const answer = await test.api.register({ name: '', email: ana.email, password: PASSWORD });
    expect([answer.status, answer.body.error]).toEqual([400, { name: ['This field is required.'] }]);
  });

  it('answers 16 parallel registrations of an address alike, and makes one account', async () => {
    const email = newEmail();
    const people = Array.from({ length: 16 }, () => ({ ...newPerson(), email }));
    const answers = await Promise.all(people.map((person) => test.api.register(person)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const [{ rows }] = await test.dataSource.query<[{ rows: unknown }]>(
      'SELECT COUNT(*) AS `rows` FROM users WHERE email = ?',
      [email],
    );
    expect(Number(rows)).toBe(1);
    await test.allSent();
    expect(subjectsOf(await test.mail.to(email)).filter((subject) => subject?.startsWith('Confirm'))).toHaveLength(1);
  });

  it('sends the owner no more than five mails an hour, whoever registers how often', async () => {
    const ana = await test.api.person();
    for (let i = 0; i < 7; i++)
      expect((await test.api.register({ ...newPerson(), email: ana.email })).status).toBe(201);
    await test.allSent();
    expect(await test.mail.to(ana.email)).toHaveLength(5);
  });

  it('takes as long for a taken address as for a new one', async () => {
    const times = { taken: [] as number[], free: [] as number[] };
    for (let round = 0; round < 9; round++) {
      const { email } = await test.api.person();
      await test.allSent();
      times.taken.push(await timed(() => test.api.register({ ...newPerson(), email })));
      await test.allSent();
      times.free.push(await timed(() => test.api.register(newPerson())));
    }
    const ratio = median(times.taken) / median(times.free);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  });
});
