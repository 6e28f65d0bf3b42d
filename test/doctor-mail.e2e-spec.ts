import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from './support/database.js';
import { diagnose } from './support/doctor.js';
import { MailServer } from './support/mail-server.js';
import { closedPort, silentServer } from './support/ports.js';

const LOGIN = { user: 'kunci', pass: 'tr0ub4dor-and-3' };

describe('kunci doctor about mails', () => {
  let database: TestDatabase;
  let server: MailServer;
  let settings: Record<string, string>;
  beforeAll(async () => {
    database = await createDatabase();
    server = await MailServer.start({ login: LOGIN });
    settings = { ...database.settings, ...server.settings, SECRET_KEY: randomBytes(48).toString('base64') };
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const urlWith = (password: string, port = server.port) => `smtp://${LOGIN.user}:${password}@127.0.0.1:${port}`;

  it('logs in at the mail server, and sends nothing', async () => {
    const { of, stdout } = await diagnose({ ...settings, SMTP_URL: urlWith(LOGIN.pass) });
    expect(of('mail')).toEqual({
      check: 'mail',
      level: 'ok',
      finding: `The mail server answers at 127.0.0.1:${server.port}.`,
    });
    expect(of('mail-privacy')?.level).toBe('ok');
    expect(server.mails).toEqual([]);
    expect(stdout).not.toContain(LOGIN.pass);
  });

  it('says in plain words why the mail server cannot be used', async () => {
    const silent = await silentServer();
    const cases: readonly (readonly [string, RegExp])[] = [
      [urlWith('wrong-password'), /refuses this user or password/],
      [urlWith(LOGIN.pass, await closedPort()), /nothing listens there/],
      [urlWith(LOGIN.pass, silent.port), /does not answer in time/],
      ['smtp://nowhere.invalid', /the name of its host is not known/],
      [`smtps://127.0.0.1:${server.port}`, /cannot be encrypted|closes the connection/],
    ];
    for (const [SMTP_URL, reason] of cases) {
      const { exitCode, of, stdout } = await diagnose({ ...settings, SMTP_URL });
      expect(of('mail')).toMatchObject({ level: 'fault', finding: expect.stringMatching(reason) });
      expect(exitCode).toBe(1);
      expect(stdout).not.toMatch(/wrong-password|tr0ub4dor/);
    }
    silent.close();
  });

  it('tells that no mail is sent, and finds a mailbox of developers in order', async () => {
    const { SMTP_URL, MAIL_FROM, PUBLIC_URL, ...others } = settings;
    expect([SMTP_URL, MAIL_FROM, PUBLIC_URL]).not.toContain(undefined);
    const { of, exitCode } = await diagnose(others);
    expect(of('mail')).toMatchObject({ level: 'warning', finding: expect.stringContaining('SMTP_URL is not set') });
    expect(exitCode).toBe(0);
    expect((await diagnose({ ...others, NODE_ENV: 'development' })).of('mail')?.level).toBe('ok');
  });
});
