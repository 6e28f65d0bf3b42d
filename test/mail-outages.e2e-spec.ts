import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Libsql from 'libsql';
import { Outbox } from '../src/mail/outbox.service.js';
import { newEmail } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { ENGINE } from './support/database.js';
import { MailServer } from './support/mail-server.js';
import { OutboxTable, resetMail } from './support/outbox.js';
import { eventually } from './support/process.js';
import { TcpProxy } from './support/tcp-proxy.js';

/** Makes the database unusable. @returns what brings it back */
type Break = () => Promise<() => Promise<void>>;

describe(`mail while the database is away (${ENGINE})`, () => {
  let server: MailServer;
  let test: TestApp;
  let proxy: TcpProxy | undefined;
  let breakDatabase: Break;
  beforeEach(async () => {
    server = await MailServer.start();
    const settings = { ...server.settings, DB_DEADLINE: '1s' };
    if (ENGINE === 'sqlite') {
      test = await startApp(settings);
      breakDatabase = lockFile;
    } else {
      proxy = await TcpProxy.to(new URL(process.env.TEST_SERVER_URL ?? ''));
      test = await startApp({ ...settings, DB_HOST: '127.0.0.1', DB_PORT: String(proxy.port) });
      breakDatabase = killServer;
    }
  });
  afterEach(async () => {
    await test.stop();
    await proxy?.die();
    await server.stop();
  });

  /** As a backup does that takes too long. */
  const lockFile: Break = () => {
    const other = new Libsql(test.database.settings.DB_PATH ?? '');
    other.exec('BEGIN IMMEDIATE');
    return Promise.resolve(() => {
      other.exec('ROLLBACK');
      other.close();
      return Promise.resolve();
    });
  };

  const killServer: Break = async () => {
    const port = (await proxy?.die()) ?? 0;
    return async () => proxy?.listen(port);
  };

  /** Whether a look at the table finds it so; as long as there is no database, it does not. */
  const isSeen = (judge: (rows: Awaited<ReturnType<OutboxTable['rows']>>) => boolean) =>
    new OutboxTable(test.dataSource).rows().then(judge, () => false);
  const isEmpty = () => isSeen((rows) => rows.length === 0);
  const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('is not sent again when the server took it just then', async () => {
    server.behaviour = 'hold';
    const to = newEmail();
    await test.app.get(Outbox).add(resetMail(to));
    await eventually(() => server.heldCount === 1);
    const mend = await breakDatabase();
    server.release();
    await pass(4_000);
    await mend();
    await eventually(isEmpty);
    await pass(6_000);
    expect(await server.to(to)).toHaveLength(1);
  });

  it('is refused at once rather than lost, and what waited is sent afterwards', async () => {
    const table = new OutboxTable(test.dataSource);
    server.behaviour = { at: 'recipient', code: 451 };
    const to = newEmail();
    await test.app.get(Outbox).add(resetMail(to));
    await eventually(() => isSeen(([row]) => row?.attempts === 1 && row.dueAt.getTime() < Date.now() + 60_000));
    await table.endPauses();
    const mend = await breakDatabase();
    server.behaviour = 'accept';
    const start = performance.now();
    await expect(test.app.get(Outbox).add(resetMail(newEmail()))).rejects.toMatchObject({ status: 503 });
    expect(performance.now() - start).toBeLessThan(2_000);
    await pass(6_000);
    await mend();
    expect(await server.to(to)).toHaveLength(1);
    expect(server.mails).toHaveLength(1);
    await eventually(isEmpty);
  });
});
