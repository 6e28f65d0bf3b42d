import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditPruneService } from '../src/audit/audit-prune.service.js';
import { AuditService } from '../src/audit/audit.service.js';
import type { SignedIn } from './support/api.js';
import { auditEvents } from './support/audit.js';
import { ENGINE } from './support/database.js';
import { type MailedApp, startMailedApp, subjectsOf } from './support/mailed-app.js';
import { eventually } from './support/process.js';
import { Visitor } from './support/visitor.js';

describe(`leave (${ENGINE})`, () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());

  const leave = ({ token, password }: SignedIn, typed: unknown = password) =>
    test.api.as(token, 'DELETE', '/api/user-info', { password: typed });
  const countOf = async (table: string, userId: number) => {
    const sql = `SELECT COUNT(*) AS \`rows\` FROM ${table} WHERE user_id = ?`;
    const [{ rows }] = await test.dataSource.query<[{ rows: unknown }]>(sql, [userId]);
    return Number(rows);
  };
  const eventsOf = (userId: number) => auditEvents(test.dataSource).findBy({ userId });
  const untilDeletionIsWritten = async (userId: number) => {
    const deadline = Date.now() + 10_000;
    while (!(await eventsOf(userId)).some(({ event }) => event === 'user_deleted') && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return eventsOf(userId);
  };

  it('deletes the account with its sessions and links, and tells so by mail', async () => {
    const ana = await test.api.signedIn();
    const browser = new Visitor(test.api);
    await browser.submit('/login', { email: ana.email, password: ana.password });
    await test.api.post('/api/forgot-password', { email: ana.email });
    const { id } = await test.userOf(ana.email);
    expect([await countOf('sessions', id), await countOf('one_time_tokens', id)]).toEqual([2, 2]);
    const answer = await leave(ana);
    expect([answer.status, answer.body.message, answer.body.data]).toEqual([
      200,
      'Account deleted',
      { user: { name: ana.name, email: ana.email } },
    ]);
    expect([await countOf('sessions', id), await countOf('one_time_tokens', id)]).toEqual([0, 0]);
    expect(await test.dataSource.query('SELECT id FROM users WHERE id = ?', [id])).toEqual([]);
    const gone = await test.api.userInfo(ana.token);
    expect([gone.status, gone.body.message]).toEqual([404, 'User not found']);
    expect((await test.api.refresh(ana.refreshToken)).status).toBe(401);
    expect((await test.api.login(ana.email, ana.password)).status).toBe(401);
    expect((await browser.get('/')).status).toBe(303);
    expect(subjectsOf(await test.mail.to(ana.email, 3)).at(-1)).toBe('Your account was deleted');
  });

  it('keeps of it in the audit trail what happened, and not from where', async () => {
    const [ana, budi] = [await test.api.signedIn(), await test.api.signedIn()];
    const [{ id }, other] = [await test.userOf(ana.email), await test.userOf(budi.email)];
    // Some of its rows are in the table; those of the next two requests wait a moment before they are written.
    await eventually(async () => (await eventsOf(id)).some(({ event }) => event === 'session_created'), 10_000);
    await test.api.login(ana.email, 'wrong 1234');
    await leave(ana);
    const rows = await untilDeletionIsWritten(id);
    expect(rows.map(({ event }) => event).sort()).toEqual([
      'authn_login_fail',
      'authn_login_success',
      'session_created',
      'user_created',
      'user_deleted',
    ]);
    expect(rows.filter(({ address, userAgent }) => address !== null || userAgent !== null)).toEqual([]);
    expect(JSON.stringify(await auditEvents(test.dataSource).find())).not.toContain('@');
    expect((await eventsOf(other.id)).filter(({ address }) => address === '127.0.0.1').length).toBeGreaterThan(0);
  });

  it('makes up for rows that another process wrote late', async () => {
    const ana = await test.api.signedIn();
    const { id } = await test.userOf(ana.email);
    await leave(ana);
    await untilDeletionIsWritten(id);
    const origin = { address: '203.0.113.5', userAgent: 'late', requestId: 'x' };
    test.app.get(AuditService).record('session_expired', { origin, userId: id });
    const late = async () => (await eventsOf(id)).filter(({ address }) => address !== null).length;
    const deadline = Date.now() + 10_000;
    while ((await late()) === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await late()).toBe(1);
    await test.app.get(AuditPruneService).prune();
    expect(await late()).toBe(0);
  });

  it('asks for the password: without it, or with a wrong one, nobody leaves', async () => {
    const ana = await test.api.signedIn();
    const wrong = await leave(ana, 'wrong 1234');
    expect([wrong.status, wrong.body.error]).toEqual([403, 'The password is not right.']);
    for (const password of [null, '', [ana.password], { a: 1 }]) expect((await leave(ana, password)).status).toBe(400);
    expect((await test.api.as(ana.token, 'DELETE', '/api/user-info')).status).toBe(400);
    expect((await test.api.userInfo(ana.token)).status).toBe(200);
  });

  it('slows guessing at the password down', async () => {
    const ana = await test.api.signedIn();
    let last = 0;
    for (let i = 0; i < 30 && last !== 429; i++) last = (await leave(ana, 'wrong 1234')).status;
    expect([last, (await leave(ana)).status]).toEqual([429, 429]);
    expect((await test.api.userInfo(ana.token)).status).toBe(200);
  });

  it('leaves the address free for somebody new, who has nothing of the old account', async () => {
    const ana = await test.api.signedIn();
    const { id } = await test.userOf(ana.email);
    await leave(ana);
    const next = await test.api.signedIn({ email: ana.email, name: 'Somebody new' });
    expect((await test.userOf(ana.email)).id).not.toBe(id);
    expect((await test.api.userInfo(ana.token)).status).toBe(404);
    expect(await test.api.sessions(next.token)).toHaveLength(1);
  });
});
