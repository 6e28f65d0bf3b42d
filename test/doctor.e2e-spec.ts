import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/env.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { kidOf, kunci } from './support/cli.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { type Diagnosis, diagnose } from './support/doctor.js';
import { MailServer } from './support/mail-server.js';
import { closedPort, silentServer } from './support/ports.js';

const PASSWORD = 'tr0ub4dor-and-3';

describe(`kunci doctor (${ENGINE})`, () => {
  let database: TestDatabase;
  let settings: Record<string, string>;
  let mailServer: MailServer;
  let undo: string[] = [];
  beforeAll(async () => {
    database = await createDatabase();
    mailServer = await MailServer.start();
    const own = { SECRET_KEY: randomBytes(48).toString('base64'), MAX_CONNECTIONS: '100' };
    settings = { ...database.settings, ...mailServer.settings, ...own };
    await kidOf(settings, 'keys:create', '--alg', 'ES256');
  });
  afterEach(async () => {
    await run(undo);
    undo = [];
  });
  afterAll(async () => {
    await mailServer.stop();
    await database.drop();
  });

  async function run(statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return;
    const dataSource = await new DataSource(dataSourceOptions(readSettings(settings).database)).initialize();
    for (const sql of statements) await dataSource.query(sql);
    await dataSource.destroy();
  }

  /** Breaks something, looks, and mends it again after the test. */
  async function diagnoseAfter(sql: string, mending: string): Promise<Diagnosis> {
    await run([sql]);
    undo = [mending];
    return diagnose(settings);
  }

  it('finds nothing to mend where all is well, and ends with 0', async () => {
    const { exitCode, findings } = await diagnose(settings);
    // Whether Node is maintained is a matter of the day.
    expect(findings.filter(({ check, level }) => level !== 'ok' && check !== 'node')).toEqual([]);
    const checks = findings.map(({ check }) => check);
    expect(checks).toEqual(expect.arrayContaining(['settings', 'secrets', 'database', 'schema', 'signing-keys']));
    expect(checks).toContain(ENGINE === 'sqlite' ? 'integrity' : 'clock');
    expect(exitCode).toBe(0);
  });

  it('prints a line for each check, what to do below it, and a summary', async () => {
    const { exitCode, stdout } = await kunci({ ...settings, RATE_LIMITS: 'off' }, 'doctor');
    expect(stdout).toMatch(/^ok {7}settings +All settings are usable; there is no \.env in \/.+\.$/m);
    expect(stdout).toMatch(/^warning {2}rate-limits +RATE_LIMITS is off: .*\n {10,}Take RATE_LIMITS away/m);
    expect(stdout).toMatch(/\n\n\d+ ok, \d+ to look at \(warning\), 0 to mend \(fault\)\.\n$/);
    expect(exitCode).toBe(0);
  });

  it('tells of every setting that works but should not stay', async () => {
    const { exitCode, levels } = await diagnose({
      ...settings,
      HOST: '0.0.0.0',
      RATE_LIMITS: 'off',
      BCRYPT_COST: '10',
      SESSION_IDLE_TTL: '91d',
      HASH_CONCURRENCY: String(availableParallelism() + 3),
      SECRET_KEY_PREVIOUS: 'the moon over the river is a silver penny',
    });
    const checks = ['proxy', 'rate-limits', 'bcrypt-cost', 'sessions', 'hashing', 'thread-pool', 'secrets'];
    expect(checks.map((check) => levels[check])).toEqual(checks.map(() => 'warning'));
    expect(exitCode).toBe(0);
  });

  it('finds what the server cannot live with, and ends with 1', async () => {
    const { exitCode, levels, stdout } = await diagnose({
      ...settings,
      TRUST_PROXY: '0.0.0.0/1,128.0.0.0/1',
      MAX_CONNECTIONS: '1000000',
      INTROSPECTION_CLIENT_SECRET: settings.SECRET_KEY ?? '',
      REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:${await closedPort()}`,
    });
    const checks = ['proxy', 'open-files', 'secrets', 'redis'];
    expect(checks.map((check) => levels[check])).toEqual(checks.map(() => 'fault'));
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain(PASSWORD);
    expect(stdout).not.toContain(settings.SECRET_KEY);
  });

  it('lists all faults of the settings at once', async () => {
    const { exitCode, findings, stdout } = await diagnose({
      ...settings,
      SECRET_KEY: PASSWORD,
      PORT: '70000',
      BCRYPT_COST: '9',
    });
    const named = findings.filter(({ level }) => level === 'fault').map(({ finding }) => finding.split(' ', 1)[0]);
    expect(named.sort()).toEqual(['BCRYPT_COST', 'PORT', 'SECRET_KEY']);
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain(PASSWORD);
  });

  it('finds that SECRET_KEY does not open the signing keys', async () => {
    const { exitCode, of } = await diagnose({ ...settings, SECRET_KEY: randomBytes(48).toString('base64') });
    expect(of('signing-keys')).toMatchObject({
      level: 'fault',
      advice: expect.stringContaining('SECRET_KEY_PREVIOUS'),
    });
    expect(exitCode).toBe(1);
  });

  it('finds migrations that have not run, and runs none of them', async () => {
    const empty = await createDatabase();
    const off = { ...settings, ...empty.settings, DB_MIGRATE: 'off' };
    if (ENGINE === 'sqlite') writeFileSync(empty.settings.DB_PATH ?? '', '');
    for (let look = 0; look < 2; look++) {
      const { exitCode, of } = await diagnose(off);
      expect(of('migrations')).toMatchObject({ level: 'fault', advice: 'Run `npm run migration:run`.' });
      expect(exitCode).toBe(1);
    }
    await empty.drop();
  });

  it('finds that a newer version has been here, and that a migration is left', async () => {
    const newer = "INSERT INTO migrations (timestamp, name) VALUES (1, 'FromTheFuture1')";
    const { exitCode, of } = await diagnoseAfter(newer, "DELETE FROM migrations WHERE name = 'FromTheFuture1'");
    expect(of('migrations')).toMatchObject({ level: 'fault', finding: expect.stringContaining('FromTheFuture1') });
    expect(exitCode).toBe(1);
  });

  it('finds tables that somebody has changed', async () => {
    const { exitCode, of } = await diagnoseAfter(
      'ALTER TABLE users ADD COLUMN nickname varchar(20) NULL',
      'ALTER TABLE users DROP COLUMN nickname',
    );
    expect(of('schema')).toMatchObject({ level: 'fault', finding: expect.stringContaining('users') });
    expect(exitCode).toBe(1);
  });

  const onServer = () => {
    it.each([
      ['a stopped server', () => closedPort().then((port) => ({ DB_PORT: String(port) })), /:\d+ .*nothing listens/],
      ['a wrong password', () => ({ DB_USERNAME: 'nobody', DB_PASSWORD: PASSWORD }), /refuses this user or password/],
      ['a database that is not there', () => ({ DB_NAME: 'kunci_nowhere' }), /no database of this name/],
    ])('says in plain words that it meets %s', async (_what, changes, reason) => {
      const { exitCode, of, stdout } = await diagnose({ ...settings, ...(await changes()) });
      expect(of('database')).toMatchObject({ level: 'fault', finding: expect.stringMatching(reason) });
      expect(of('database')?.finding).toContain(settings.DB_HOST);
      expect(exitCode).toBe(1);
      expect(stdout).not.toContain(PASSWORD);
    });

    it('waits for a server that hangs no longer than DB_DEADLINE', async () => {
      const silent = await silentServer();
      const { exitCode, of } = await diagnose({ ...settings, DB_PORT: String(silent.port), DB_DEADLINE: '1s' });
      expect(of('database')).toMatchObject({ level: 'fault', finding: expect.stringContaining('not answer in time') });
      expect(exitCode).toBe(1);
      silent.close();
    });

    it('finds a column that is not compared by its bytes', async () => {
      const column = 'ALTER TABLE users MODIFY email_canonical varchar(300) CHARACTER SET utf8mb4 COLLATE';
      const { of } = await diagnoseAfter(`${column} utf8mb4_general_ci NOT NULL`, `${column} utf8mb4_bin NOT NULL`);
      expect(of('collation')).toMatchObject({
        level: 'fault',
        finding: expect.stringContaining('users.email_canonical (utf8mb4_general_ci)'),
      });
    });

    it('finds a table that has no transactions', async () => {
      const engine = 'ALTER TABLE signing_keys ENGINE =';
      const { of } = await diagnoseAfter(`${engine} MyISAM`, `${engine} InnoDB`);
      expect(of('storage-engine')).toMatchObject({ level: 'fault', finding: expect.stringContaining('signing_keys') });
    });

    it('finds another product than DB_TYPE says, and pools that are larger than the server allows', async () => {
      const other = ENGINE === 'mysql' ? 'mariadb' : 'mysql';
      const changes = { DB_TYPE: other, DB_POOL_SIZE: '500', WEB_CONCURRENCY: '250' };
      const { levels, of } = await diagnose({ ...settings, ...changes });
      expect([levels.product, levels.connections]).toEqual(['fault', 'fault']);
      // TypeORM would find differences in tables that nobody has changed.
      expect(of('product')?.advice).toBe(`Set DB_TYPE=${ENGINE}.`);
      expect(of('schema')).toMatchObject({ level: 'warning', finding: expect.stringContaining('Not compared') });
    });
  };

  // What an engine does not have is not a test that was left out: test/doctor-files.e2e-spec.ts has SQLite's.
  if (ENGINE !== 'sqlite') describe('on a server', onServer);
});
