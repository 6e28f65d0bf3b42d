import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, newEmail, newPerson } from './support/api.js';
import { testSettings } from './support/app.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { MailServer } from './support/mail-server.js';
import { tokenIn } from './support/mailed-app.js';
import { eventually, KunciProcess } from './support/process.js';

/** The built application, with everything that it can be made to say. */
describe(`what is logged of an account (${ENGINE})`, () => {
  let database: TestDatabase;
  let mail: MailServer;
  let kunci: KunciProcess;
  let api: Api;
  beforeAll(async () => {
    database = await createDatabase();
    mail = await MailServer.start();
    kunci = new KunciProcess(testSettings(database, { ...mail.settings, LOG_LEVEL: 'trace' }));
    api = new Api(await kunci.url());
  });
  afterAll(async () => {
    await kunci.stop();
    await mail.stop();
    await database.drop();
  });

  it('is its whole story, without an address, a password or a token', async () => {
    const [ana, email, next] = [newPerson(), newEmail(), 'quiet river 7 lantern'];
    const tokens: string[] = [];
    const link = async (to: string, count: number) => {
      const token = tokenIn((await mail.to(to, count))[count - 1]!);
      tokens.push(token);
      return token;
    };
    await api.register(ana);
    const verify = await link(ana.email, 1);
    await api.send('GET', `/verify-email?token=${verify}`);
    expect((await api.post('/api/verify-email', { token: verify })).status).toBe(200);
    await api.post('/api/forgot-password', { email: ana.email });
    await api.post('/api/forgot-password', { email: `unknown-${email}` });
    const reset = { token: await link(ana.email, 2), password: next };
    await api.send('GET', `/reset-password?token=${reset.token}`);
    expect((await api.post('/api/reset-password', reset)).status).toBe(200);
    const here = await api.logIn({ ...ana, password: next });
    await api.as(here.token, 'PUT', '/api/password', {
      current_password: 'a wrong guess 1',
      new_password: ana.password,
    });
    await api.as(here.token, 'PUT', '/api/password', { current_password: next, new_password: ana.password });
    await api.as(here.token, 'PUT', '/api/email', { email, password: ana.password });
    expect((await api.post('/api/email/confirm', { token: await link(email, 1) })).status).toBe(200);
    await api.as(here.token, 'DELETE', '/api/user-info', { password: ana.password });
    const events = () => kunci.logged().flatMap(({ event }) => (typeof event === 'string' ? [event] : []));
    await eventually(() => events().includes('user_deleted'));
    expect(events()).toEqual(
      expect.arrayContaining([
        'user_created',
        'user_updated',
        'authn_token_created',
        'authn_password_change',
        'authn_password_change_fail',
      ]),
    );
    const said = kunci.stdout + kunci.stderr;
    const secrets = [...tokens, ana.email, email, ana.password, next, 'a wrong guess 1', here.token, here.refreshToken];
    for (const secret of secrets) expect(said).not.toContain(secret);
    expect(said).not.toContain('token=');
  });
});
