import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LessThan } from 'typeorm';
import type { Session } from '../src/sessions/session.entity.js';
import { sessionIdOf } from './support/api.js';
import { pruningsOf, startApp, type TestApp, testSettings } from './support/app.js';
import { auditEvents } from './support/audit.js';
import { kunci } from './support/cli.js';
import { ENGINE } from './support/database.js';
import { KunciProcess } from './support/process.js';

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

describe(`kunci prune (${ENGINE})`, () => {
  let test: TestApp;
  let settings: Record<string, string>;
  beforeAll(async () => {
    test = await startApp();
    settings = testSettings(test.database);
  });
  beforeEach(() => auditEvents(test.dataSource).clear());
  afterAll(() => test.stop());

  const prune = async (said = ''): Promise<Record<string, number>> => {
    const { exitCode, stdout, stderr } = await kunci(settings, 'prune', '--json');
    expect([exitCode, stderr]).toEqual([0, said]);
    return JSON.parse(stdout) as Record<string, number>;
  };
  const prunedEvents = async () =>
    (await auditEvents(test.dataSource).findBy({ event: 'sensitive_delete' })).map(({ detail }) => detail);

  /** So many sessions that were over eight days ago, beside one that is live. */
  async function addOldSessions(count: number): Promise<string> {
    const sessions = test.dataSource.getRepository<Session>('Session');
    const live = sessionIdOf((await test.api.signedIn()).token);
    const [template] = await sessions.findBy({ id: live });
    const old = Array.from({ length: count }, () => {
      const id = randomUUID();
      return Object.assign({}, template, { id, handleHash: id.padEnd(43, '-'), expiresAt: daysAgo(8) });
    });
    for (let from = 0; from < count; from += 500) await sessions.insert(old.slice(from, from + 500));
    return live;
  }

  it('looks after every table that servers prune in the background', async () => {
    const tables = pruningsOf(test.app)
      .map(({ table }) => table)
      .sort();
    expect(tables).toEqual(['audit_events', 'one_time_tokens', 'outgoing_mails', 'rate_limits', 'sessions']);
    expect(Object.keys(await prune()).sort()).toEqual(tables);
  });

  it('deletes until nothing old is left, counts it, and writes that down', async () => {
    const live = await addOldSessions(450);
    const at = (days: number) => ({ id: randomUUID(), at: daysAgo(days), event: 'user_created' as const });
    await auditEvents(test.dataSource).insert([at(91), at(89)]);
    await test.dataSource.getRepository('OneTimeToken').insert({
      id: randomUUID(),
      purpose: 'verify_email',
      tokenHash: 'x'.repeat(43),
      email: '',
      expiresAt: daysAgo(1),
    });
    await test.dataSource
      .getRepository('OutgoingMail')
      .insert({ id: randomUUID(), sealedMail: 'x', attempts: 0, dueAt: daysAgo(9), expiresAt: daysAgo(1) });
    const counts = await prune('1 mails are given up: it is too late for them.\n');
    expect(counts).toMatchObject({ sessions: 450, audit_events: 1, one_time_tokens: 1, outgoing_mails: 1 });
    const left = await test.dataSource.getRepository<Session>('Session').findBy({ id: live });
    expect(left).toHaveLength(1);
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(await prunedEvents()).toEqual([`pruned ${total} command_line`]);
  });

  it('says of each table how much there was, and writes nothing down for nothing', async () => {
    const { exitCode, stdout } = await kunci(settings, 'prune');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^audit_events +0 deleted$/m);
    expect(stdout.trim().split('\n')).toHaveLength(5);
    expect(await prunedEvents()).toEqual([]);
  });

  it('records no start of a server', async () => {
    await prune();
    expect(await auditEvents(test.dataSource).findBy({ event: 'sys_startup' })).toEqual([]);
  });

  it('works beside a server that serves the same database', async () => {
    const server = new KunciProcess(settings);
    try {
      await server.url();
      await addOldSessions(1_000);
      const [, answer] = await Promise.all([prune(), test.api.signedIn()]);
      const over = { expiresAt: LessThan(daysAgo(7)) };
      expect(await test.dataSource.getRepository<Session>('Session').countBy(over)).toBe(0);
      expect((await test.api.userInfo(answer.token)).status).toBe(200);
    } finally {
      expect(await server.stop()).toBe(0);
    }
  });
});
