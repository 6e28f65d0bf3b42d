import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { MailSender } from '../src/mail/mail-sender.service.js';
import { Outbox } from '../src/mail/outbox.service.js';
import { PruneService } from '../src/mail/prune.service.js';
import { SealedMails } from '../src/mail/sealed-mails.js';
import { newEmail } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { ENGINE } from './support/database.js';
import { type Behaviour, MailServer } from './support/mail-server.js';
import { OutboxTable, resetMail } from './support/outbox.js';
import { eventually } from './support/process.js';

describe(`a mail server in trouble (${ENGINE})`, () => {
  let server: MailServer;
  let test: TestApp;
  let outbox: Outbox;
  let table: OutboxTable;
  let log: string[];
  beforeAll(async () => {
    server = await MailServer.start();
    test = await startApp(server.settings);
    outbox = test.app.get(Outbox);
    table = new OutboxTable(test.dataSource);
  });
  beforeEach(() => {
    log = [];
    for (const level of ['warn', 'error'] as const) {
      const write = Logger.prototype[level].bind(Logger.prototype) as (line: unknown) => void;
      jest.spyOn(Logger.prototype, level).mockImplementation((line) => {
        log.push(String(line));
        write(line);
      });
    }
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    server.release();
    server.breakAll();
    await eventually(() => table.rows().then((rows) => rows.every(({ dueAt }) => !isClaimed(dueAt))));
    await table.clear();
  });
  afterAll(async () => {
    await test.stop();
    await server.stop();
  });

  const isEmpty = () => table.rows().then((rows) => rows.length === 0);

  /** Whatever waits for its time need not any longer. */
  async function letTimeGoBy(): Promise<void> {
    await table.endPauses();
    test.app.get(MailSender).wake();
  }

  const putOff = async () => {
    const rows = await table.rows();
    return rows.length > 0 && rows.every(({ attempts, dueAt }) => attempts > 0 && !isClaimed(dueAt));
  };

  const troubles: readonly (readonly [string, Behaviour])[] = [
    ['says nothing at all', 'say nothing'],
    ['has the mail and does not say so', 'hold'],
    ['closes the connection', 'hang up'],
    ['refuses the recipient for now', { at: 'recipient', code: 450 }],
    ['refuses the mail for now', { at: 'mail', code: 452 }],
    ['refuses the sender, which is a mistake of ours', { at: 'sender', code: 550 }],
  ];

  it.each(troubles)('that %s delays nobody, and the mail arrives once it is well', async (_what, behaviour) => {
    server.behaviour = behaviour;
    const addresses = Array.from({ length: 10 }, newEmail);
    const start = performance.now();
    for (const to of addresses) await outbox.add(resetMail(to));
    expect(performance.now() - start).toBeLessThan(1_000);
    const hangs = behaviour === 'say nothing' || behaviour === 'hold';
    // Five at once; with these no other gets its turn until the server is given up.
    if (hangs) await eventually(() => (behaviour === 'hold' ? server.heldCount === 5 : server.openCount === 5));
    else await eventually(putOff);
    server.behaviour = 'accept';
    server.breakAll();
    await eventually(async () => (await table.rows()).every(({ dueAt }) => !isClaimed(dueAt)));
    await letTimeGoBy();
    for (const to of addresses) expect(await server.to(to)).toHaveLength(1);
    await eventually(isEmpty);
  });

  it('that stopped is tried again until it is back', async () => {
    const { port } = server;
    await server.stop();
    const to = newEmail();
    await outbox.add(resetMail(to));
    await eventually(putOff);
    await letTimeGoBy();
    await eventually(async () => (await table.rows())[0]?.attempts === 2);
    await eventually(putOff);
    // Once for the trouble, not for each mail and attempt.
    expect(log.filter((line) => line.includes('ECONNREFUSED'))).toHaveLength(1);
    expect(log.join('')).not.toContain(to);
    server = await MailServer.start({ port });
    await letTimeGoBy();
    expect(await server.to(to)).toHaveLength(1);
  });

  it('is asked again later and later, and the mail keeps its id', async () => {
    server.behaviour = { at: 'recipient', code: 451 };
    const to = newEmail();
    await outbox.add(resetMail(to));
    const id = (await table.rows())[0]?.id;
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      await eventually(async () => (await table.rows())[0]?.attempts === attempt && (await putOff()));
      const [row] = await table.rows();
      pauses.push(Math.round((row!.dueAt.getTime() - Date.now()) / 10_000) * 10);
      if (attempt === 4) server.behaviour = 'accept';
      await letTimeGoBy();
    }
    expect(pauses).toEqual([10, 30, 60, 300]);
    const [mail] = await server.to(to);
    expect(mail?.parsed.messageId).toBe(`<${id}@accounts.example.com>`);
  });

  it.each([
    ['an address that it will never take', { at: 'recipient', code: 550 }],
    ['a mail that it will never take', { at: 'mail', code: 554 }],
  ] as const)('is not asked again for %s, which is told in a line without the address', async (_what, behaviour) => {
    server.behaviour = behaviour;
    await outbox.add(resetMail('ana@example.com'));
    await eventually(isEmpty);
    await eventually(() => log.length > 0);
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(new RegExp(`^Mail [\\da-f-]{36} is given up: E[A-Z]+ ${behaviour.code}\\.$`));
    expect(log[0]).not.toContain('ana@');
  });

  it('does not send what is of no use any more, and the row is deleted', async () => {
    server.behaviour = { at: 'recipient', code: 451 };
    const to = newEmail();
    await outbox.add(resetMail(to), new Date(Date.now() + 60_000));
    await eventually(putOff);
    server.behaviour = 'accept';
    // One to nobody came to nothing, and is no loss.
    const [row] = await table.rows();
    const id = randomUUID();
    const sealedMail = test.app.get(SealedMails).seal(id, { ...resetMail(to), to: null });
    await table.add({ ...row!, id, sealedMail });
    await table.expire();
    const before = server.connections;
    await letTimeGoBy();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(server.connections).toBe(before);
    expect(await test.app.get(PruneService).prune()).toBe(2);
    expect(await table.rows()).toEqual([]);
    expect(log.filter((line) => line.includes('1 mails are given up'))).toHaveLength(1);
  });

  it('keeps a mail that another secret has sealed until that one is back', async () => {
    server.behaviour = { at: 'recipient', code: 451 };
    await outbox.add(resetMail(newEmail()));
    await eventually(putOff);
    const [row] = await table.rows();
    await table.clear();
    await table.add({ ...row!, attempts: 0, sealedMail: `${row?.sealedMail.slice(0, -4)}AAAA`, dueAt: new Date() });
    await eventually(putOff);
    expect(log.some((line) => line.includes('another SECRET_KEY'))).toBe(true);
  });
});

/** A claim lasts three minutes; a pause of that length does not occur here. */
const isClaimed = (dueAt: Date) => Math.abs(dueAt.getTime() - Date.now() - 180_000) < 60_000;
