import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AuditPruneService } from '../src/audit/audit-prune.service.js';
import { PruneService } from '../src/sessions/prune.service.js';
import type { Session } from '../src/sessions/session.entity.js';
import { sessionIdOf, type SignedIn } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { auditEvents, written } from './support/audit.js';

describe('sessions that are over', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

  async function onDevices(count: number): Promise<SignedIn[]> {
    const person = await test.api.person();
    return Promise.all(Array.from({ length: count }, () => test.api.logIn(person)));
  }

  it('are deleted in small batches a week after they are over', async () => {
    const devices = await onDevices(3);
    const [ended, expired, live] = devices.map(({ token }) => sessionIdOf(token)) as [string, string, string];
    await test.api.logout(devices[0]?.token ?? '');
    const over = await test.dataSource.getRepository<Session>('Session').findOneByOrFail({ id: ended });
    expect(over.expiresAt).toEqual(over.endedAt);
    const sessions = test.dataSource.getRepository('Session');
    const prune = test.app.get(PruneService);
    const left = async () => {
      const rows = await sessions.find({ select: { id: true }, where: { userId: await userIdOf(live) } });
      return rows.map(({ id }) => id as string).sort();
    };
    const userIdOf = async (id: string) => (await sessions.findOneByOrFail({ id })).userId as number;
    await sessions.update({ id: ended }, { expiresAt: daysAgo(6.9) });
    await sessions.update({ id: expired }, { expiresAt: daysAgo(6.9) });
    expect(await prune.prune()).toBe(0);
    expect(await left()).toHaveLength(3);
    await sessions.update({ id: ended }, { expiresAt: daysAgo(7.1) });
    await sessions.update({ id: expired }, { expiresAt: daysAgo(7.1) });
    expect(await prune.prune()).toBe(2);
    expect(await left()).toEqual([live]);

    const [template] = await sessions.findBy({ id: live });
    const old = Array.from({ length: 250 }, () => {
      const id = randomUUID();
      return { ...template, id, handleHash: id.padEnd(43, '-'), expiresAt: daysAgo(8) };
    });
    await sessions.insert(old);
    expect([await prune.prune(), await prune.prune(), await prune.prune()]).toEqual([200, 50, 0]);
    expect(await left()).toEqual([live]);
  });

  it('are deleted in the background, without anyone asking', async () => {
    const [ana] = await onDevices(1);
    const sessions = test.dataSource.getRepository<Session>('Session');
    const id = sessionIdOf(ana?.token ?? '');
    await sessions.update({ id }, { expiresAt: daysAgo(8) });
    jest.useFakeTimers({
      doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'setInterval', 'Date', 'performance'],
    });
    const prune = test.app.get(PruneService);
    try {
      prune.onApplicationBootstrap();
      jest.advanceTimersToNextTimer();
    } finally {
      jest.useRealTimers();
    }
    const deadline = Date.now() + 5_000;
    while ((await sessions.countBy({ id })) > 0 && Date.now() < deadline);
    prune.onApplicationShutdown();
    expect(await sessions.countBy({ id })).toBe(0);
  });
});

describe('audit events', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  it('are deleted in small batches after the time that AUDIT_KEPT says, and only those', async () => {
    await written(test.dataSource, 1);
    await auditEvents(test.dataSource).clear();
    const at = (days: number) => new Date(Date.now() - days * 86_400_000);
    const row = (days: number) => ({ id: randomUUID(), at: at(days), event: 'user_created' as const });
    await auditEvents(test.dataSource).insert([...Array.from({ length: 201 }, () => row(90.1)), row(89.9)]);
    const prune = test.app.get(AuditPruneService);
    expect([await prune.prune(), await prune.prune(), await prune.prune()]).toEqual([200, 1, 0]);
    expect(await auditEvents(test.dataSource).count()).toBe(1);
  });
});
