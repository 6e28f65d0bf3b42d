import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.js';
import { testSettings } from './support/app.js';
import { type CliResult, kunci } from './support/cli.js';
import {
  copy,
  countTarget,
  makeSource,
  NAME,
  onTarget,
  readSource,
  removeSource,
  type Source,
  TABLES,
} from './support/copied.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { tokenIn } from './support/mailed-app.js';
import { MailServer } from './support/mail-server.js';
import { KunciProcess } from './support/process.js';

interface Report {
  is_same: boolean;
  tables: { table: string; source: { rows: number }; target: { rows: number }; is_same: boolean }[];
  env: Record<string, string>;
}

const reportOf = ({ stdout }: CliResult) => JSON.parse(stdout) as Report;

describe(`kunci copy (${ENGINE})`, () => {
  const toServer = () => {
    let source: Source;
    let target: TestDatabase;
    beforeAll(async () => {
      source = await makeSource();
    });
    afterAll(() => removeSource(source));
    beforeEach(async () => {
      target = await createDatabase();
    });
    afterEach(() => target.drop());

    const read = (sql: string) => readSource(source, sql);

    it('copies every table, value for value, and leaves the source as it is', async () => {
      expect(statSync(`${source.path}-wal`).size).toBeGreaterThan(0);
      const copied = await copy(source.path, target, '--json');
      expect(copied).toMatchObject({ exitCode: 0, stderr: '' });
      const { is_same, tables } = reportOf(copied);
      const counted = TABLES.map((table) => Number(read(`SELECT COUNT(*) AS n FROM ${table}`)[0]?.n));
      expect(Math.min(...counted)).toBeGreaterThan(0);
      expect(tables.map(({ table }) => table)).toEqual(TABLES);
      expect(tables.map((table) => table.source.rows)).toEqual(counted);
      expect([is_same, await countTarget(target)]).toEqual([true, counted]);
      const there = await onTarget(target, 'SHOW TABLES');
      const names = there.flatMap((row) => Object.values(row)).sort();
      // A table that is in neither list would be left behind.
      expect(names).toEqual([...TABLES, 'migrations', 'rate_limits'].sort());
      for (const table of ['sessions', 'audit_events', 'one_time_tokens', 'outgoing_mails', 'signing_keys']) {
        const sql = `SELECT * FROM ${table} ORDER BY 1`;
        expect(await onTarget(target, sql)).toEqual(read(sql));
      }
      const sql = 'SELECT id, name, email, password_hash, locked_at, language FROM users ORDER BY id';
      const seconds = (row: Record<string, unknown>) => ({ ...row, locked_at: String(row.locked_at).slice(0, 19) });
      expect((await onTarget(target, sql)).map(seconds)).toEqual(read(sql).map(seconds));
      expect(read(sql)[0]).toMatchObject({ name: NAME, locked_at: null });
      const digest = () => createHash('sha256').update(readFileSync(source.path)).digest('hex');
      const before = digest();
      expect((await copy(source.path, target, '--verify')).exitCode).toBe(0);
      expect(digest()).toBe(before);
    });

    it('keeps people logged in, ids to themselves and mails on their way', async () => {
      const { env } = reportOf(await copy(source.path, target, '--json'));
      expect(env).toMatchObject({ DB_TYPE: ENGINE, SECRET_KEY_FILE: join(source.folder, 'secret.key') });
      await onTarget(target, 'UPDATE outgoing_mails SET due_at = UTC_TIMESTAMP(3)');
      const mail = await MailServer.start();
      const settings = testSettings(target, { SECRET_KEY: '', ...mail.settings, ...env });
      const server = new KunciProcess(settings);
      try {
        const api = new Api(await server.url());
        const { ana } = source;
        expect((await api.userInfo(ana.token)).body.data.user).toEqual({ name: NAME, email: ana.email });
        const { status, body } = await api.refresh(ana.refreshToken);
        expect([status, (await api.userInfo(body.data.access_token)).status]).toEqual([200, 200]);
        expect((await api.login(ana.email, ana.password)).status).toBe(200);
        const [sent] = await mail.to(ana.email, 1);
        expect((await api.post('/api/verify-email', { token: tokenIn(sent!) })).status).toBe(200);
        const { email } = await api.person();
        const [created] = await onTarget(target, 'SELECT id FROM users WHERE email = ?', [email]);
        expect(created?.id).toBe(source.lastId + 1);
        expect((await kunci(settings, 'keys:list')).stdout).toContain('ES256');
        expect((await kunci(settings, 'doctor')).stdout).toMatch(/^ok +signing-keys/m);
      } finally {
        await server.stop();
        await mail.stop();
      }
    });

    it('finds what has been changed since: a blank, a millisecond, a row', async () => {
      await copy(source.path, target);
      const changes = {
        users: "UPDATE users SET name = CONCAT(name, ' ') LIMIT 1",
        sessions: 'UPDATE sessions SET started_at = started_at + INTERVAL 1000 MICROSECOND LIMIT 1',
        audit_events: 'DELETE FROM audit_events ORDER BY id DESC LIMIT 1',
      };
      const verify = () => copy(source.path, target, '--verify', '--json');
      expect(await verify()).toMatchObject({ exitCode: 0 });
      const changed: string[] = [];
      for (const [table, sql] of Object.entries(changes)) {
        changed.push(table);
        await onTarget(target, sql);
        const verified = await verify();
        const different = reportOf(verified).tables.filter(({ is_same }) => !is_same);
        expect([verified.exitCode, different.map((found) => found.table).sort()]).toEqual([1, changed.sort()]);
      }
      const { exitCode, stdout } = await copy(source.path, target, '--verify');
      expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^users .*DIFFERENT$/m)]);
      expect(stdout).not.toContain('DB_TYPE');
    });
  };

  it('copies from DB_PATH unless told otherwise, and to no other SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kunci-copy-'));
    const DB_PATH = join(folder, 'kunci.db');
    const missing = await kunci({ DB_PATH }, 'copy', '--to', 'mysql://ana@127.0.0.1/kunci');
    expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining(`There is no ${DB_PATH}.`)]);
    const toFile = await kunci({ DB_PATH }, 'copy', '--to', `sqlite:${DB_PATH}`);
    expect([toFile.exitCode, toFile.stderr]).toEqual([2, expect.stringMatching(/^--to must be a URL such as mysql/)]);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  if (ENGINE !== 'sqlite') describe('to a server', toServer);
});
