import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../src/sessions/session.entity.js';
import type { SignedIn } from './support/api.js';
import { auditEvents } from './support/audit.js';
import { testSettings } from './support/app.js';
import { kunci } from './support/cli.js';
import { ENGINE } from './support/database.js';
import { type MailedApp, startMailedApp, tokenIn } from './support/mailed-app.js';
import { Visitor } from './support/visitor.js';

const WRONG = 'wrong 1234';

describe(`kunci users:lock, unlock, set-role, show (${ENGINE})`, () => {
  let test: MailedApp;
  let settings: Record<string, string>;
  beforeAll(async () => {
    test = await startMailedApp();
    settings = testSettings(test.database, test.mail.settings);
  });
  afterAll(() => test.stop());

  async function run(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await kunci(settings, ...args);
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout;
  }
  const idOf = async ({ email }: { email: string }) => (await test.userOf(email)).id;
  const wordsOf = async (userId: number, event: 'user_updated' | 'authz_change' | 'session_expired') => {
    const rows = await auditEvents(test.dataSource).find({ where: { userId, event }, order: { at: 'ASC' } });
    return rows.map(({ detail, address }) => [detail, address]);
  };
  const status = async ({ token }: SignedIn) => (await test.api.userInfo(token)).status;

  it('a lock shuts everybody out at once and ends every session by name', async () => {
    const ana = await test.api.signedIn();
    const browser = new Visitor(test.api);
    await browser.submit('/login', { email: ana.email, password: ana.password });
    const id = await idOf(ana);
    expect(await run('users:lock', ana.email)).toBe(
      `Account ${id} (${ana.email}) is locked. Sessions that were ended: 2.\n`,
    );
    expect(await status(ana)).toBe(401);
    expect((await test.api.refresh(ana.refreshToken)).status).toBe(401);
    expect((await browser.get('/account')).status).toBe(303);
    const login = await test.api.login(ana.email, ana.password);
    expect([login.status, login.body.error]).toEqual([403, 'This account is locked.']);
    const sessions = await test.dataSource.getRepository<Session>('Session').findBy({ userId: id });
    expect(sessions.map(({ endReason }) => endReason)).toEqual(['account_locked', 'account_locked']);
    expect(await wordsOf(id, 'user_updated')).toEqual([['locked command_line', null]]);
    expect(await wordsOf(id, 'session_expired')).toEqual([
      ['account_locked', null],
      ['account_locked', null],
    ]);
  });

  it('a lock that is there stays as it was', async () => {
    const ana = await test.api.person();
    const first = JSON.parse(await run('users:lock', ana.email, '--json')) as Record<string, unknown>;
    expect(first).toMatchObject({ email: ana.email, locked_at: expect.any(String), ended_sessions: 0 });
    expect(JSON.parse(await run('users:lock', ana.email, '--json'))).toEqual(first);
    expect(await run('users:lock', ana.email)).toContain('is locked already');
    expect(await wordsOf(await idOf(ana), 'user_updated')).toHaveLength(1);
  });

  it('an unlocked account lets its owner in, and no session or link of before comes back', async () => {
    const ana = await test.api.signedIn();
    await test.api.post('/api/forgot-password', { email: ana.email });
    const [, mail] = await test.mail.to(ana.email, 2);
    const id = await idOf(ana);
    await run('users:lock', String(id));
    // As a login that was under way would leave it.
    await test.dataSource
      .getRepository<Session>('Session')
      .update({ userId: id }, { endedAt: null, expiresAt: new Date(Date.now() + 3_600_000) });
    expect(await run('users:unlock', String(id))).toMatch(/is unlocked\. Failed logins /);
    expect([await status(ana), (await test.api.refresh(ana.refreshToken)).status]).toEqual([401, 401]);
    const reset = await test.api.post('/api/reset-password', { token: tokenIn(mail!), password: 'another 1 of hers' });
    expect([reset.status, reset.body.error]).toEqual([400, 'This link is not valid any more.']);
    expect(await status(await test.api.logIn(ana))).toBe(200);
    expect(await wordsOf(id, 'user_updated')).toEqual([
      ['locked command_line', null],
      ['unlocked command_line', null],
    ]);
  });

  it('unlocking forgets failed logins where all processes count them, and says where they are counted in memory', async () => {
    const ana = await test.api.person();
    for (let i = 0; i < 11; i++) await test.api.login(ana.email, WRONG);
    expect((await test.api.login(ana.email, ana.password)).status).toBe(429);
    const stdout = await run('users:unlock', ana.email);
    expect(stdout).toContain('is not locked');
    const isEmbedded = ENGINE === 'sqlite';
    expect(stdout).toContain(isEmbedded ? 'in the memory of the server' : 'Failed logins are forgotten.');
    expect((await test.api.login(ana.email, ana.password)).status).toBe(isEmbedded ? 429 : 200);
    const events = isEmbedded ? [] : [['failures_reset command_line', null]];
    expect(await wordsOf(await idOf(ana), 'user_updated')).toEqual(events);
  });

  it('says that failed logins are not forgotten while their store does not answer', async () => {
    const ana = await test.api.person();
    const away = { ...settings, REDIS_URL: 'redis://127.0.0.1:1' };
    const { exitCode, stdout } = await kunci(away, 'users:unlock', ana.email, '--json');
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({ failed_logins_forgotten: 'store_is_away' }),
    ]);
    expect(await wordsOf(await idOf(ana), 'user_updated')).toEqual([]);
  });

  it('a role is shown, told by the audit trail, and one of two', async () => {
    const ana = await test.api.person();
    const id = await idOf(ana);
    expect(await run('users:set-role', ana.email, 'admin')).toContain('has the role admin now.');
    expect(await run('users:set-role', ana.email, 'admin')).toContain('has the role admin already.');
    expect(await wordsOf(id, 'authz_change')).toEqual([['user admin command_line', null]]);
    expect((await kunci(settings, 'users:set-role', ana.email, 'root')).exitCode).toBe(2);
    expect(JSON.parse(await run('users:set-role', ana.email, 'user', '--json'))).toMatchObject({ id, role: 'user' });
  });

  it('an account is shown by its id or its address in any spelling, without a hash', async () => {
    const ana = await test.api.signedIn();
    const id = await idOf(ana);
    await run('users:set-role', String(id), 'admin');
    const stdout = await run('users:show', ana.email.toUpperCase());
    expect(stdout).toMatch(new RegExp(`^id +${id}$`, 'm'));
    for (const line of [/^role +admin$/m, /^verified +no$/m, /^locked +no$/m, /^sessions +1 live$/m]) {
      expect(stdout).toMatch(line);
    }
    const shown = JSON.parse(await run('users:show', String(id), '--json')) as object;
    expect(shown).toMatchObject({ id, email: ana.email, name: ana.name, role: 'admin', live_sessions: 1 });
    expect(JSON.stringify(shown) + stdout).not.toMatch(/hash|bcrypt|password/);
  });

  it.each(['users:show', 'users:lock', 'users:unlock', 'users:export', 'users:delete'])(
    '%s refuses an account that is none',
    async (command) => {
      for (const [name, code] of [
        ['999999', 1],
        ['nobody@example.com', 1],
        ['0', 2],
        ["1' OR '1", 2],
        ['1.5', 2],
      ] as const) {
        const { exitCode, stdout, stderr } = await kunci(settings, command, name);
        expect([name, exitCode, stdout]).toEqual([name, code, '']);
        if (code === 1) expect(stderr).toBe(`There is no account ${name}.\n`);
      }
    },
  );
});
