import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testSettings } from './support/app.js';
import { auditEvents } from './support/audit.js';
import { kunci, kunciWith } from './support/cli.js';
import { ENGINE } from './support/database.js';
import { type MailedApp, startMailedApp, subjectsOf } from './support/mailed-app.js';
import { eventually } from './support/process.js';
import { PYTHON, Terminal } from './support/terminal.js';

describe(`kunci users:export and users:delete (${ENGINE})`, () => {
  let test: MailedApp;
  let settings: Record<string, string>;
  beforeAll(async () => {
    test = await startMailedApp();
    settings = testSettings(test.database, test.mail.settings);
  });
  afterAll(() => test.stop());

  const isThere = (email: string) => test.dataSource.getRepository('User').existsBy({ email });
  const eventsOf = (userId: number) => auditEvents(test.dataSource).findBy({ userId });

  it('exports what the person would export, and writes that down', async () => {
    const ana = await test.api.signedIn();
    const { id } = await test.userOf(ana.email);
    await eventually(async () => (await eventsOf(id)).length === 3);
    const { exitCode, stdout, stderr } = await kunci(settings, 'users:export', ana.email);
    expect([exitCode, stderr]).toEqual([0, '']);
    const own = (await test.api.as(ana.token, 'GET', '/api/user-info/export')).body.data as unknown as {
      security_events: { detail: string | null }[];
    };
    own.security_events = own.security_events.filter(({ detail }) => detail !== 'export command_line');
    expect(JSON.parse(stdout)).toEqual(own);
    const reads = await auditEvents(test.dataSource).findBy({ userId: id, event: 'sensitive_read' });
    expect(reads.map(({ detail, address }) => [detail, address])).toContainEqual(['export command_line', null]);
  });

  it('deletes once the address was typed, with everything personal, and tells nobody', async () => {
    const ana = await test.api.signedIn();
    const { id } = await test.userOf(ana.email);
    await eventually(async () => (await eventsOf(id)).length === 3);
    const { exitCode, stdout, stderr } = await kunciWith(`${ana.email}\n`, settings, 'users:delete', String(id));
    expect([exitCode, stdout]).toEqual([0, `Account ${id} (${ana.email}) is deleted.\n`]);
    expect(stderr).toContain(`type its address (${ana.email})`);
    expect(await isThere(ana.email)).toBe(false);
    expect((await test.api.userInfo(ana.token)).status).toBe(404);
    for (const table of ['sessions', 'one_time_tokens']) {
      expect(await test.dataSource.query(`SELECT id FROM ${table} WHERE user_id = ?`, [id])).toEqual([]);
    }
    const events = await eventsOf(id);
    expect(events.find(({ event }) => event === 'user_deleted')).toMatchObject({ detail: 'command_line' });
    expect(events.filter(({ address, userAgent }) => address !== null || userAgent !== null)).toEqual([]);
    await test.allSent();
    expect(subjectsOf(await test.mail.to(ana.email))).toEqual(['Confirm your email address']);
  });

  it.each(['another@example.com\n', 'yes\n', '\n', ''])('deletes nothing for the answer %j', async (answer) => {
    const { email } = await test.api.person();
    const { exitCode, stdout, stderr } = await kunciWith(answer, settings, 'users:delete', email);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(answer === '' ? 'There was no answer.' : 'Nothing was deleted.');
    expect(await isThere(email)).toBe(true);
  });

  (PYTHON ? it : it.skip)('asks at a terminal, and Ctrl-C is no answer', async () => {
    const { email } = await test.api.person();
    const stopped = new Terminal(settings, 'users:delete', email);
    await stopped.answer('type its address', `${email}\x03`);
    expect(await stopped.exitCode()).toBe(130);
    expect(stopped.screen).toMatch(/\r\nStopped\.\r\n$/);
    expect(await isThere(email)).toBe(true);
    const terminal = new Terminal(settings, 'users:delete', email);
    await terminal.answer('type its address', `${email.toUpperCase()}\r`);
    expect(await terminal.exitCode()).toBe(0);
    expect(await isThere(email)).toBe(false);
  });

  it('asks nobody with --yes, and tells the person with --notify', async () => {
    const { email } = await test.api.person();
    const { exitCode, stdout } = await kunci(settings, 'users:delete', email, '--yes', '--notify', '--json');
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { id: expect.any(Number), email, deleted: true }]);
    expect(subjectsOf(await test.mail.to(email, 2)).at(-1)).toBe('Your account was deleted');
  });

  it('deletes nothing where the person was to be told and cannot be', async () => {
    const { email } = await test.api.person();
    const mailless = testSettings(test.database, { NODE_ENV: 'production' });
    const { exitCode, stderr } = await kunci(mailless, 'users:delete', email, '--yes', '--notify');
    expect([exitCode, stderr]).toEqual([1, 'Without SMTP_URL nobody is told by mail.\n']);
    expect(await isThere(email)).toBe(true);
  });
});
