import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEmail, PASSWORD } from './support/api.js';
import { testSettings } from './support/app.js';
import { auditEvents } from './support/audit.js';
import { type CliResult, kunci, kunciWith } from './support/cli.js';
import { ENGINE } from './support/database.js';
import { type MailedApp, startMailedApp, subjectsOf, tokenIn } from './support/mailed-app.js';
import { PYTHON, Terminal } from './support/terminal.js';

const STDIN = '--password-stdin';

const TOO_SHORT =
  'password: Password must be at least 8 characters long.\npassword: Password must contain both letters and numbers.\n';

describe(`kunci users:create (${ENGINE})`, () => {
  let test: MailedApp;
  let settings: Record<string, string>;
  beforeAll(async () => {
    test = await startMailedApp();
    settings = testSettings(test.database, test.mail.settings);
  });
  afterAll(() => test.stop());

  const create = (input: string | Buffer, email: string, ...more: string[]): Promise<CliResult> =>
    kunciWith(input, settings, 'users:create', '--name', 'Ana Putri', '--email', email, ...more);
  const isThere = (email: string) => test.dataSource.getRepository('User').existsBy({ email });

  it('makes an account that logs in, writes it down, and mails the link of a registration', async () => {
    const email = newEmail();
    const { exitCode, stdout, stderr } = await create(`${PASSWORD}\n`, ` ${email} `, STDIN, '--json');
    const { id } = await test.userOf(email);
    expect([exitCode, stderr]).toEqual([0, '']);
    const account = { id, name: 'Ana Putri', email, role: 'user', email_verified_at: null, locked_at: null };
    expect(JSON.parse(stdout)).toMatchObject(account);
    expect(stdout).not.toMatch(/hash|bcrypt/i);
    expect((await test.api.login(email, PASSWORD)).status).toBe(200);
    const events = await auditEvents(test.dataSource).findBy({ userId: id, event: 'user_created' });
    expect(events).toMatchObject([{ detail: 'command_line', address: null, userAgent: null, requestId: null }]);
    const [mail] = await test.mail.to(email, 1);
    expect((await test.api.post('/api/verify-email', { token: tokenIn(mail!) })).status).toBe(200);
  });

  it('mails no link where the operator answers for the address', async () => {
    const email = newEmail();
    expect((await create(PASSWORD, email, STDIN, '--verified')).exitCode).toBe(0);
    const { emailVerifiedAt } = await test.userOf(email);
    expect(Math.abs(Number(emailVerifiedAt) - Date.now())).toBeLessThan(60_000);
    await test.allSent();
    expect(test.mail.mails.filter(({ to }) => to.includes(email))).toEqual([]);
  });

  it('mails a link to choose a password, which verifies the address, where it sets none', async () => {
    const email = newEmail();
    expect((await create('', email, '--no-password')).exitCode).toBe(0);
    const [mail] = await test.mail.to(email, 1);
    expect(subjectsOf([mail!])).toEqual(['Choose a new password']);
    const chosen = await test.api.post('/api/reset-password', { token: tokenIn(mail!), password: 'another 1 of hers' });
    expect(chosen.status).toBe(200);
    expect((await test.api.login(email, 'another 1 of hers')).status).toBe(200);
    expect((await test.userOf(email)).emailVerifiedAt).toBeInstanceOf(Date);
  });

  it('sets none where no link can be mailed', async () => {
    const email = newEmail();
    const mailless = testSettings(test.database, { NODE_ENV: 'production' });
    const args = ['users:create', '--name', 'Ana', '--email', email, '--no-password'];
    const { exitCode, stderr } = await kunci(mailless, ...args);
    expect([exitCode, stderr]).toEqual([
      1,
      'Without SMTP_URL no link to choose a password can be mailed. To try it, set NODE_ENV=development: npm start shows the mail at /dev/mailbox.\n',
    ]);
    expect(await isThere(email)).toBe(false);
  });

  it('refuses an address that is taken, in any spelling', async () => {
    const { email } = await test.api.person();
    for (const options of [[STDIN], ['--no-password']]) {
      const { exitCode, stdout, stderr } = await create(PASSWORD, email.toUpperCase(), ...options);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toBe('email: Email already registered. Please use a different email address.\n');
    }
  });

  it.each<[string, string | Buffer, string]>([
    ['a password that is too short', 'short 1', TOO_SHORT],
    ['no password', '', 'password: This field is required.\n'],
    ['two lines', `${PASSWORD}\n${PASSWORD}\n`, 'Standard input has more than one line.\n'],
    ['bytes that are no text', Buffer.from(`caf\xe9 ${PASSWORD}`, 'latin1'), 'Standard input is no UTF-8.\n'],
    ['a flood', 'a1'.repeat(10_000), 'Standard input is too long for a password.\n'],
  ])('refuses %s', async (_what, input, fault) => {
    const email = newEmail();
    const { exitCode, stderr } = await create(input, email, STDIN);
    expect([exitCode, stderr]).toEqual([1, fault]);
    expect(await isThere(email)).toBe(false);
  });

  it('refuses an address that is none and a name of control characters', async () => {
    expect((await create(PASSWORD, 'ana', STDIN)).stderr).toBe('email: Invalid email address.\n');
    const args = ['users:create', '--name', 'An\u001b[2Ja', '--email', newEmail(), STDIN];
    const { exitCode, stderr } = await kunciWith(PASSWORD, settings, ...args);
    expect([exitCode, stderr]).toEqual([1, 'name: Field must not contain control characters.\n']);
  });

  it('takes no password from the command line, and waits for nobody where there is no terminal', async () => {
    for (const more of [['--password', PASSWORD], [STDIN, '--no-password'], ['--unknown']]) {
      const { exitCode, stdout } = await create('', newEmail(), ...more);
      expect([exitCode, stdout]).toEqual([2, '']);
    }
    expect((await kunci(settings, 'users:create', '--name', 'Ana')).exitCode).toBe(2);
    const { exitCode, stderr } = await create(`${PASSWORD}\n${PASSWORD}\n`, newEmail());
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('There is no terminal')]);
  });

  (PYTHON ? describe : describe.skip)('at a terminal', () => {
    const start = (email: string, ...more: string[]) =>
      new Terminal(settings, 'users:create', '--name', 'Ana', '--email', email, ...more);

    it('asks twice and shows nothing of what is typed', async () => {
      const email = newEmail();
      const terminal = start(email);
      await terminal.answer('Password: ', 'a slip\x15correct horse 9 batterx\x7fy\r');
      await terminal.answer('again: ', `${PASSWORD}\r`);
      expect(await terminal.exitCode()).toBe(0);
      expect(terminal.screen).toMatch(/^Password: \r\nThe same again: \r\nAccount \d+ \(.*\) is made\.\r\n$/);
      expect((await test.api.login(email, PASSWORD)).status).toBe(200);
    });

    it('makes nothing of two that differ, or of one that is refused', async () => {
      const email = newEmail();
      const differing = start(email);
      await differing.answer('Password: ', `${PASSWORD}\r`);
      await differing.answer('again: ', `${PASSWORD}!\r`);
      expect(await differing.exitCode()).toBe(1);
      expect(differing.screen).toContain('The two passwords differ. Nothing was made.');
      const weak = start(email);
      await weak.answer('Password: ', 'short 1\r');
      expect(await weak.exitCode()).toBe(1);
      expect(weak.screen).not.toContain('again');
      expect(await isThere(email)).toBe(false);
    });

    it.each([
      ['Ctrl-C', '\x03', 130, 'Stopped.'],
      ['Ctrl-D', '\x04', 1, 'There was no answer.'],
    ])('stops at %s with a word', async (_keys, keys, exitCode, word) => {
      const email = newEmail();
      const terminal = start(email);
      await terminal.answer('Password: ', keys);
      expect(await terminal.exitCode()).toBe(exitCode);
      expect(terminal.screen.trim().split(/\s*\r\n/)).toEqual(['Password:', word]);
      expect(await isThere(email)).toBe(false);
    });

    it('reads no password from it that everybody would see', async () => {
      const terminal = start(newEmail(), STDIN);
      expect(await terminal.exitCode()).toBe(2);
      expect(terminal.screen).toContain('without --password-stdin you are asked');
    });
  });
});
