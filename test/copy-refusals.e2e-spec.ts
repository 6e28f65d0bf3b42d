import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Libsql from 'libsql';
import { migrations } from '../src/database/migrations/index.js';
import { testSettings } from './support/app.js';
import { CLI, type CliResult, kunci } from './support/cli.js';
import {
  connectTo,
  copy,
  countTarget,
  makeSource,
  onTarget,
  readSource,
  removeSource,
  type Source,
  TABLES,
  targetOf,
} from './support/copied.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { environmentOf } from './support/environment.js';
import { closedPort } from './support/ports.js';
import { eventually, KunciProcess } from './support/process.js';

/** One sentence, which shows neither a stack nor a password. */
function expectRefusal({ exitCode, stdout, stderr }: CliResult, said: RegExp | string, code = 1): void {
  expect([exitCode, stdout, stderr]).toEqual([code, '', expect.stringMatching(said)]);
  expect(stderr).not.toMatch(/^ {4}at |geheim/m);
}

const refusals = () => {
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

  const migrateTarget = async () => expect((await kunci(testSettings(target), 'keys:list')).exitCode).toBe(0);

  it('refuses a target that has a row, and writes none', async () => {
    await migrateTarget();
    for (const [table, insert] of [
      ['rate_limits', "INSERT INTO rate_limits VALUES ('x', 1, NULL)"],
      ['outgoing_mails', "INSERT INTO outgoing_mails VALUES ('x', 'x', 0, NOW(), NOW())"],
    ] as const) {
      await onTarget(target, insert);
      expectRefusal(await copy(source.path, target, '--json'), `not empty: its table ${table} has rows`);
      await onTarget(target, `DELETE FROM ${table}`);
    }
    expect(await countTarget(target)).toEqual(TABLES.map(() => 0));
  });

  it('leaves no row when it is killed in the middle, and does it all the next time', async () => {
    await migrateTarget();
    const holder = await connectTo(target.settings);
    try {
      const [key] = readSource(source, 'SELECT kid FROM signing_keys');
      await holder.beginTransaction();
      // Whoever writes the same row waits for the end of this transaction.
      await holder.query("INSERT INTO signing_keys VALUES (?, 'x', 'x', 'x', NOW(), NOW(), NULL, NULL)", [key?.kid]);
      const { to, password } = targetOf(target);
      const env = environmentOf({ COPY_PASSWORD: password });
      const args = [CLI, 'copy', '--from', `sqlite:${source.path}`, '--to', to];
      const child = spawn(process.execPath, args, { env, cwd: tmpdir(), stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (text) => (said += String(text)));
      const ended = once(child, 'close');
      await eventually(async () => {
        const all = await onTarget(target, 'SHOW FULL PROCESSLIST');
        return all.some(
          ({ db, Info }) => db === target.settings.DB_NAME && /^INSERT INTO .signing_keys/.test(String(Info)),
        );
      }, 30_000).finally(() => child.kill('SIGKILL'));
      expect([await ended, said]).toEqual([[null, 'SIGKILL'], '']);
    } finally {
      // Its transaction ends with it.
      await holder.end();
    }
    expect(await countTarget(target)).toEqual(TABLES.map(() => 0));
    const { exitCode, stdout } = await copy(source.path, target);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^SECRET_KEY_FILE=.*secret\.key$/m)]);
  });

  it('copies nothing while a server runs on the source, however idle it is', async () => {
    const server = new KunciProcess(source.settings);
    try {
      await server.url();
      expectRefusal(await copy(source.path, target, '--json'), /is in use\. Stop the server that runs on it/);
    } finally {
      expect(await server.stop()).toBe(0);
    }
    expect(await onTarget(target, 'SHOW TABLES')).toEqual([]);
  });

  it.each([
    ['lacks the newest migration', `DELETE FROM migrations WHERE name = '${migrations.at(-1)?.name}'`, /Start this/],
    ['is of a newer version', "INSERT INTO migrations (timestamp, name) VALUES (1, 'Future1')", /newer version/],
    ['is no database of Kunci', 'DROP TABLE migrations', /no database of Kunci/],
    ['holds what is no instant', "UPDATE sessions SET started_at = 'soon'", /sessions\.started_at holds what is no/],
  ])('copies nothing from a file that %s', async (_what, sql, said) => {
    const folder = mkdtempSync(join(tmpdir(), 'kunci-copy-'));
    try {
      const path = join(folder, 'kunci.db');
      cpSync(source.path, path);
      const db = new Libsql(path);
      db.exec(sql);
      db.close();
      expectRefusal(await copy(path, target, '--json'), said);
      // What is wrong in the last table is found when the others have been written: that is undone.
      if (sql.includes('sessions')) expect(await countTarget(target)).toEqual(TABLES.map(() => 0));
      else expect(await onTarget(target, 'SHOW TABLES')).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('copies nothing to another product than the URL names', async () => {
    const { to, password } = targetOf(target);
    const [right, wrong] = ENGINE === 'mysql' ? ['mysql', 'mariadb'] : ['mariadb', 'mysql'];
    const args = ['copy', '--json', '--from', `sqlite:${source.path}`, '--to', to.replace(right, wrong)];
    const refused = await kunci({ COPY_PASSWORD: password }, ...args);
    expectRefusal(refused, `The target is a ${ENGINE === 'mysql' ? 'MySQL' : 'MariaDB'}: write ${right}://… for --to.`);
    expect(await onTarget(target, 'SHOW TABLES')).toEqual([]);
  });

  it('says in a sentence why the target cannot be used', async () => {
    const { to } = targetOf(target);
    const from = ['copy', '--json', '--from', `sqlite:${source.path}`, '--to'];
    const closed = `mysql://ana:geheim@127.0.0.1:${await closedPort()}/kunci`;
    expectRefusal(await kunci({}, ...from, closed), /nothing listens there/);
    expectRefusal(await kunci({ COPY_PASSWORD: 'geheim' }, ...from, to), /refuses this user or password/);
    const missing = await kunci({ COPY_PASSWORD: targetOf(target).password }, ...from, `${to}_not`);
    expectRefusal(missing, /no database of this name/);
  });
};

describe(`kunci copy (${ENGINE})`, () => {
  it.each([
    ['another scheme', 'postgres://ana:geheim@127.0.0.1/kunci', [], /--to must be a URL such as/, 2],
    ['no user', 'mysql://127.0.0.1/kunci', [], /--to must be a URL/, 2],
    ['no database', 'mysql://ana:geheim@127.0.0.1', [], /--to must be a URL/, 2],
    ['options of a driver', 'mysql://ana:geheim@127.0.0.1/kunci?ssl=true', [], /--to must be a URL/, 2],
    ['what is not encoded', 'mysql://ana:geheim%@127.0.0.1/kunci', [], /%25/, 2],
    [
      'a file that is not there',
      'mysql://ana@127.0.0.1/kunci',
      ['--from', 'sqlite:/nowhere.db'],
      /no \/nowhere\.db/,
      1,
    ],
    [
      'a server as the source',
      'mysql://ana@127.0.0.1/kunci',
      ['--from', 'mysql://ana:geheim@h/k'],
      /--from must name/,
      2,
    ],
  ])('refuses wrong ends, and shows no password: %s', async (_what, to, more, said, code) => {
    expectRefusal(await kunci({}, 'copy', '--json', '--to', to, ...more), said, code);
  });

  // SQLite is no target.
  if (ENGINE !== 'sqlite') describe('to a server', refusals);
});
