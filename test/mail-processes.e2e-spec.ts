import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/env.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { OutgoingMail } from '../src/mail/outgoing-mail.entity.js';
import { SealedMails } from '../src/mail/sealed-mails.js';
import { newEmail } from './support/api.js';
import { testSettings } from './support/app.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { MailServer } from './support/mail-server.js';
import { OutboxTable, resetMail } from './support/outbox.js';
import { eventually, KunciProcess } from './support/process.js';

describe(`processes that send mails (${ENGINE})`, () => {
  let server: MailServer;
  let database: TestDatabase;
  let settings: Record<string, string>;
  let dataSource: DataSource;
  let table: OutboxTable;
  let processes: KunciProcess[] = [];
  beforeEach(async () => {
    server = await MailServer.start();
    database = await createDatabase();
    settings = testSettings(database, { ...server.settings, LOG_LEVEL: 'info' });
    await start();
    const options = dataSourceOptions(readSettings(settings).database);
    dataSource = await new DataSource({ ...options, entities: [OutgoingMail] }).initialize();
    table = new OutboxTable(dataSource);
  });
  afterEach(async () => {
    await Promise.all(processes.map((process) => process.stop('SIGKILL')));
    processes = [];
    await dataSource.destroy();
    await database.drop();
    await server.stop();
  });

  async function start(): Promise<KunciProcess> {
    const process = new KunciProcess(settings);
    processes.push(process);
    await process.url();
    return process;
  }

  /** As a process leaves them that took them and ended. */
  async function leave(addresses: readonly string[]): Promise<void> {
    const sealed = new SealedMails(readSettings(settings));
    const rows = addresses.map((to) => {
      const id = randomUUID();
      const [dueAt, expiresAt] = [new Date(), new Date(Date.now() + 3_600_000)];
      return { id, sealedMail: sealed.seal(id, resetMail(to)), attempts: 0, dueAt, expiresAt };
    });
    await table.add(...rows);
  }

  const isEmpty = () => table.rows().then((rows) => rows.length === 0);

  it('send each of the mails that they find once', async () => {
    await start();
    const addresses = Array.from({ length: 50 }, newEmail);
    await leave(addresses);
    await eventually(isEmpty);
    expect(server.mails.map(({ to }) => to[0]).sort()).toEqual([...addresses].sort());
  });

  it('send a mail once more at most, and lose none, when one is killed whose mail the server had', async () => {
    const [first] = processes as [KunciProcess];
    server.behaviour = 'hold';
    const addresses = Array.from({ length: 8 }, newEmail);
    await leave(addresses);
    await eventually(() => server.heldCount === 5);
    await first.stop('SIGKILL');
    // It takes the mails of a client that is gone: nobody will ever be told.
    server.release();
    const rows = await table.rows();
    expect(rows).toHaveLength(8);
    // The claims of the dead one hold for a while.
    expect(rows.filter(({ dueAt }) => dueAt.getTime() > Date.now() + 120_000)).toHaveLength(5);
    await start();
    await eventually(async () => (await table.rows()).length === 5);
    await table.endClaims();
    await eventually(isEmpty);
    for (const to of addresses) {
      const copies = await server.to(to);
      expect(copies.length).toBeLessThanOrEqual(2);
      // Whoever reads mail by its id sees one.
      expect(new Set(copies.map(({ parsed }) => parsed.messageId)).size).toBe(1);
    }
    expect(server.mails).toHaveLength(8 + 5);
  });

  it('send a mail once when one is killed before the server had it', async () => {
    const [first] = processes as [KunciProcess];
    server.behaviour = 'say nothing';
    const to = newEmail();
    await leave([to]);
    await eventually(() => server.openCount === 1);
    await first.stop('SIGKILL');
    server.behaviour = 'accept';
    await start();
    await table.endClaims();
    await eventually(isEmpty);
    expect(await server.to(to)).toHaveLength(1);
  });

  it('end in time although the mail server hangs, and leave what they had begun to the next one at once', async () => {
    const [first] = processes as [KunciProcess];
    server.behaviour = 'say nothing';
    const to = newEmail();
    await leave([to]);
    await eventually(() => server.openCount === 1);
    const begin = performance.now();
    expect(await first.stop()).toBe(0);
    expect(performance.now() - begin).toBeLessThan(6_000);
    const [row] = await table.rows();
    expect(row?.dueAt.getTime()).toBeLessThan(Date.now() + 11_000);
    server.behaviour = 'accept';
    await start();
    expect(await server.to(to)).toHaveLength(1);
    await eventually(isEmpty);
  });

  it('tell neither addresses nor links in their logs', async () => {
    const [first] = processes as [KunciProcess];
    server.behaviour = { at: 'recipient', code: 550 };
    const refused = newEmail();
    await leave([refused]);
    await eventually(isEmpty);
    server.behaviour = 'accept';
    const to = newEmail();
    await leave([to]);
    await server.to(to);
    expect(await first.stop()).toBe(0);
    expect(first.stdout).toContain('is given up: EENVELOPE 550.');
    for (const word of [refused, to, 'token=', 'reset-password']) {
      expect(first.stdout + first.stderr).not.toContain(word);
    }
  });
});
