import { copyFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/env.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { Api } from './support/api.js';
import { startApp, type TestApp, testSettings } from './support/app.js';
import { createDatabase, ENGINE } from './support/database.js';
import { KunciProcess } from './support/process.js';

describe(`database (${ENGINE})`, () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  it('never gives an id again', async () => {
    const ids = () => test.dataSource.query<[{ id: number }]>('SELECT MAX(id) AS id FROM users');
    const { email } = await test.api.person();
    const [{ id: first }] = await ids();
    await test.dataSource.query('DELETE FROM users WHERE email = ?', [email]);
    await test.api.person();
    const [{ id: second }] = await ids();
    expect(second).toBeGreaterThan(first);
  });

  it('keeps instants in UTC', async () => {
    const { email } = await test.api.person();
    const [user] = await test.dataSource.getRepository('User').findBy({ email });
    expect(Math.abs((user?.createdAt as Date).getTime() - Date.now())).toBeLessThan(5_000);
  });

  const onServer = () => {
    it('says at once that it refuses the password, and waits for a better one', async () => {
      const kunci = new KunciProcess(
        testSettings(test.database, { DB_USERNAME: 'nobody', DB_PASSWORD: 'tr0ub4dor', LOG_LEVEL: 'error' }),
      );
      try {
        const url = await kunci.url();
        expect((await fetch(`${url}/health/live`)).status).toBe(200);
        expect((await fetch(`${url}/health/ready`)).status).toBe(503);
      } finally {
        expect(await kunci.stop()).toBe(0);
      }
      const told = kunci.stdout.split('\n').filter((line) => line.includes('ER_ACCESS_DENIED_'));
      expect(told).toHaveLength(1);
      expect(kunci.stderr + kunci.stdout).not.toMatch(/tr0ub4dor|node_modules/);
    });

    it('sets strict mode, UTC and utf8mb4 on every connection of the pool', async () => {
      const runners = Array.from({ length: 10 }, () => test.dataSource.createQueryRunner());
      const connections = new Set<unknown>();
      for (const runner of runners) {
        const rows: unknown = await runner.query(
          'SELECT CONNECTION_ID() AS id, @@SESSION.sql_mode AS mode, @@SESSION.time_zone AS zone, @@character_set_connection AS charset',
        );
        const [row] = rows as [Record<string, unknown>];
        expect(row.mode).toContain('STRICT_TRANS_TABLES');
        expect(row.zone).toBe('+00:00');
        expect(row.charset).toBe('utf8mb4');
        connections.add(row.id);
      }
      await Promise.all(runners.map((runner) => runner.release()));
      expect(connections.size).toBe(10);
    });

    it('compares every text by its bytes, whatever the database was created with', async () => {
      const columns = await test.dataSource.query<{ collation: string }[]>(
        `SELECT COLLATION_NAME AS collation FROM information_schema.COLUMNS
         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLLATION_NAME IS NOT NULL`,
      );
      expect(columns).toHaveLength(6);
      for (const { collation } of columns) expect(collation).toMatch(/^(utf8mb4|ascii)_bin$/);
    });

    it('refuses what is too long instead of cutting it', async () => {
      const row = ['x'.repeat(151), 'a@example.com', 'a@example.com', 'x'];
      const insert = test.dataSource.query(
        'INSERT INTO users (name, email, email_canonical, password_hash) VALUES (?, ?, ?, ?)',
        row,
      );
      await expect(insert).rejects.toThrow(/too long/i);
    });

    it('connects with a password of special characters', async () => {
      const password = 'p@ss:w/o?r#d %"\'&=+$ü';
      const user = `k${Date.now().toString(36)}`;
      const name = test.database.settings.DB_NAME;
      await test.dataSource.query(`CREATE USER '${user}'@'%' IDENTIFIED BY ?`, [password]);
      await test.dataSource.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${name}.* TO '${user}'@'%'`);
      const settings = testSettings(test.database, { DB_USERNAME: user, DB_PASSWORD: password, DB_MIGRATE: 'off' });
      const process = new KunciProcess(settings);
      try {
        // The four rights are all that it needs once the schema is there.
        const ana = await new Api(await process.url()).signedIn();
        expect((await test.api.userInfo(ana.token)).status).toBe(200);
      } finally {
        await process.stop();
        await test.dataSource.query(`DROP USER '${user}'@'%'`);
      }
    });
  };

  const inFile = () => {
    it('is whole in its file once the server has stopped', async () => {
      const database = await createDatabase();
      const kunci = new KunciProcess(testSettings(database));
      await new Api(await kunci.url()).person();
      expect(await kunci.stop()).toBe(0);
      const path = database.settings.DB_PATH ?? '';
      await copyFile(path, `${path}.copy`);
      const settings = readSettings(testSettings(database, { DB_PATH: `${path}.copy` }));
      const copy = await new DataSource(dataSourceOptions(settings.database)).initialize();
      expect(await copy.query('SELECT COUNT(*) AS people FROM users')).toEqual([{ people: 1 }]);
      await copy.destroy();
      await database.drop();
    });

    it('writes ahead, waits for other writers, keeps foreign keys, and what it answered survives a power cut', async () => {
      const pragma = async (name: string) => {
        const [row] = await test.dataSource.query<[object]>(`PRAGMA ${name}`);
        return Object.values(row)[0] as unknown;
      };
      expect(await pragma('journal_mode')).toBe('wal');
      expect(await pragma('foreign_keys')).toBe(1);
      expect(await pragma('synchronous')).toBe(2);
      expect(await pragma('busy_timeout')).toBe(2000);
    });
  };

  // What an engine does not have is not a test that was left out.
  if (ENGINE === 'sqlite') describe('in a file', inFile);
  else describe('on a server', onServer);
});
