import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEmail } from './support/api.js';
import { ENGINE } from './support/database.js';
import { type MailedApp, startMailedApp } from './support/mailed-app.js';
import { StatementLog } from './support/statement-log.js';
import { median, timed } from './support/timing.js';

describe(`forgot the password (${ENGINE})`, () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());

  const forgot = (email: unknown) => test.api.post('/api/forgot-password', { email });

  it('answers alike for an account, for nobody, for one that is locked and for what is no address', async () => {
    const [ana, locked] = [await test.api.person(), await test.api.person()];
    await test.dataSource.query('UPDATE users SET locked_at = created_at WHERE email = ?', [locked.email]);
    const answers = [];
    for (const email of [ana.email, ana.email.toUpperCase(), newEmail(), locked.email, 'nobody', "' OR 1=1"]) {
      answers.push(await forgot(email));
    }
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect([answers[0]?.status, answers[0]?.body.data]).toEqual([200, { expires_in: 1800 }]);
  });

  it('runs the same statements for an account as for nobody', async () => {
    const ana = await test.api.person();
    await test.allSent();
    const log = StatementLog.of(test.dataSource);
    const real = await log.during(() => forgot(ana.email));
    await test.allSent();
    const nobody = await log.during(() => forgot(newEmail()));
    log.stop();
    expect(real.length).toBeGreaterThanOrEqual(3);
    expect(nobody).toEqual(real);
  });

  it('takes as long for nobody as for an account', async () => {
    const times = { real: [] as number[], nobody: [] as number[] };
    for (let round = 0; round < 21; round++) {
      const { email } = await test.api.person();
      await test.allSent();
      times.real.push(await timed(() => forgot(email)));
      await test.allSent();
      times.nobody.push(await timed(() => forgot(newEmail())));
      await test.allSent();
    }
    const ratio = median(times.nobody) / median(times.real);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it.each(['/api/forgot-password', '/api/verify-email/resend'])(
    'mails to the address as it is stored, never to one that looks like it: %s',
    async (path) => {
      const { email } = await test.api.person({ email: newEmail().replace('ana', 'kiki') });
      await test.allSent();
      const before = test.mail.mails.length;
      const fullWidth = email.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
      const kelvin = email.replaceAll('k', '\u212a');
      for (const alike of [
        email.toUpperCase(),
        kelvin,
        fullWidth,
        email.replaceAll('i', 'ı'),
        email.replace('i', 'İ'),
      ]) {
        expect((await test.api.post(path, { email: alike })).status).toBe(200);
      }
      await test.allSent();
      expect([...new Set(test.mail.mails.slice(before).flatMap(({ to }) => to))]).toEqual([email]);
    },
  );

  it('sends five mails for fifty requests with one address, each answered alike', async () => {
    const ana = await test.api.person();
    await test.mail.to(ana.email);
    const answers = [];
    for (let i = 0; i < 50; i++) answers.push(await forgot(ana.email));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    await test.allSent();
    expect(await test.mail.to(ana.email)).toHaveLength(1 + 5);
  });
});

describe(`forgot the password, with limits for a client (${ENGINE})`, () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp({ RATE_LIMITS: 'on' });
  });
  afterAll(() => test.stop());

  it('refuses one client that asks for many addresses, and says when to come back', async () => {
    const answers = [];
    for (let i = 0; i < 100; i++) answers.push(await test.api.post('/api/forgot-password', { email: newEmail() }));
    const refused = answers.filter(({ status }) => status === 429);
    expect([answers.slice(0, 20).every(({ status }) => status === 200), refused.length]).toEqual([true, 80]);
    for (const { headers } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    }
  });
});
