import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/env.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { Api, newPerson } from './support/api.js';
import { testSettings } from './support/app.js';
import { kunci } from './support/cli.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { eventually, KunciProcess } from './support/process.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { redirected, Visitor } from './support/visitor.js';

describe(`the start (${ENGINE})`, () => {
  let database: TestDatabase;
  let started: KunciProcess[] = [];
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(async () => {
    await Promise.all(started.map((process) => process.stop()));
    started = [];
    await database.drop();
  });

  const start = (changes: Record<string, string> = {}): KunciProcess => {
    const process = new KunciProcess(testSettings(database, { LOG_LEVEL: 'error', ...changes }));
    started.push(process);
    return process;
  };

  /** As the one who owns the database. */
  const query = async <T>(...statements: string[]): Promise<T[]> => {
    const { database: options } = readSettings(testSettings(database));
    const dataSource = await new DataSource(dataSourceOptions(options)).initialize();
    let rows: T[] = [];
    for (const statement of statements) rows = await dataSource.query<T[]>(statement);
    await dataSource.destroy();
    return rows;
  };

  const onServers = () => {
    let proxy: TcpProxy;
    const statusOf = async (api: Api, path: string) => (await api.send('GET', path)).status;
    const proxied = () => ({ DB_HOST: '127.0.0.1', DB_PORT: String(proxy.port), DB_DEADLINE: '1s' });
    beforeEach(async () => {
      proxy = await TcpProxy.to(new URL(process.env.TEST_SERVER_URL ?? ''));
    });
    afterEach(() => proxy.die());

    const expectToListenOnly = async (api: Api) => {
      expect(await statusOf(api, '/health/live')).toBe(200);
      expect(await statusOf(api, '/login')).toBe(200);
      const stranger = new Visitor(api);
      expect(redirected(await stranger.submit('/language', { language: 'id', back: '/login' }))).toEqual([
        303,
        '/login',
      ]);
      stranger.cookies.set('kunci_session', 'A'.repeat(43));
      expect((await stranger.submit('/language', { language: 'en', back: '/login' })).status).toBe(503);
      expect(await statusOf(api, '/health/ready')).toBe(503);
      expect((await api.register(newPerson())).status).toBe(503);
    };

    const expectToServe = async (api: Api, deadlineMs: number) => {
      await eventually(async () => (await statusOf(api, '/health/ready')) === 200, deadlineMs);
      expect((await api.register(newPerson())).status).toBe(201);
    };

    it.each([
      ['from the first byte on', 0],
      ['once it has let one in', 2],
    ])('listens while the database is silent %s, and is ready soon after it speaks', async (_when, answers) => {
      proxy.answersEach = answers;
      const process = start(proxied());
      await eventually(() => proxy.connections > 0);
      const from = performance.now();
      const api = new Api(await process.url());
      expect(performance.now() - from).toBeLessThan(3_000);
      await expectToListenOnly(api);
      // An attempt that hangs is given up, after a second, before the next one is made.
      expect(proxy.connections).toBeLessThanOrEqual(1 + (performance.now() - from) / 1_000);
      proxy.answersEach = Infinity;
      await expectToServe(api, 3_000);
    });

    it('listens while another process makes the tables, however long that takes', async () => {
      const other = await createConnection({ uri: process.env.TEST_SERVER_URL, database: database.settings.DB_NAME });
      try {
        await other.query("SELECT GET_LOCK(CONCAT('kunci.migrate.', LEFT(SHA2(DATABASE(), 256), 40)), 0)");
        const api = new Api(await start({ DB_DEADLINE: '1s' }).url());
        await expectToListenOnly(api);
        await other.query('DO RELEASE_ALL_LOCKS()');
        await expectToServe(api, 5_000);
      } finally {
        await other.end();
      }
    });

    it('tells a command within the deadline that the database is silent', async () => {
      proxy.answersEach = 0;
      const from = performance.now();
      const { exitCode, stderr } = await kunci(testSettings(database, proxied()), 'keys:list');
      expect(performance.now() - from).toBeLessThan(10_000);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('it does not answer in time');
      expect(stderr).not.toContain('    at ');
    });

    it('tells one who may make no tables that they are missing', async () => {
      const user = `k${Date.now().toString(36)}`;
      const rights = `GRANT SELECT, INSERT, UPDATE, DELETE ON ${database.settings.DB_NAME}.* TO '${user}'@'%'`;
      await query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'x'`, rights);
      const process = start({ DB_USERNAME: user, DB_PASSWORD: 'x', DB_MIGRATE: 'off' });
      try {
        expect(await statusOf(new Api(await process.url()), '/health/ready')).toBe(503);
        await eventually(() => process.stdout.includes('The tables are missing'));
      } finally {
        await query(`DROP USER '${user}'@'%'`);
      }
    });
  };

  it('makes nothing with DB_MIGRATE=off', async () => {
    const process = start({ DB_MIGRATE: 'off' });
    await eventually(() => (process.stdout + process.stderr).includes('The tables are missing'));
    await process.stop();
    expect(await query(ENGINE === 'sqlite' ? 'SELECT * FROM sqlite_master' : 'SHOW TABLES')).toEqual([]);
  });

  // What an engine does not have is not a test that was left out.
  if (ENGINE !== 'sqlite') describe('on a server', onServers);
});
