import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/env.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { newEmail, PASSWORD } from './support/api.js';
import { testSettings } from './support/app.js';
import { kunci, kunciIn, kunciWith } from './support/cli.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { closedPort } from './support/ports.js';

const COMMANDS: [string, ...string[]][] = [
  ['users:create', '--name', 'Ana', '--email', 'ana@example.com', '--password-stdin'],
  ['users:list'],
  ['users:show', '1'],
  ['users:lock', '1'],
  ['users:unlock', '1'],
  ['users:set-role', '1', 'admin'],
  ['users:delete', '1', '--yes'],
  ['users:export', '1'],
  ['users:hashes'],
  ['prune'],
];

describe(`commands (${ENGINE})`, () => {
  let database: TestDatabase;
  let settings: Record<string, string>;
  beforeAll(async () => {
    database = await createDatabase();
    settings = testSettings(database);
  });
  afterAll(() => database.drop());

  it.each([...COMMANDS, ['adopt'], ['copy'], ['doctor'], ['calibrate']])('%s says what it is for', async (command) => {
    const { exitCode, stdout, stderr } = await kunci({}, command, '--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^Usage: kunci ${command} `));
    expect(stdout).toContain('--json');
  });

  it.each(COMMANDS)('%s says in a few lines that there is no database', async (...args) => {
    const server = { DB_TYPE: 'mysql', DB_HOST: '127.0.0.1', DB_USERNAME: 'x', DB_NAME: 'x' };
    const away = { ...server, DB_PORT: String(await closedPort()), SECRET_KEY: settings.SECRET_KEY ?? '' };
    const { exitCode, stdout, stderr } = await kunciWith(PASSWORD, away, ...args);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^The database cannot be used: nothing listens there/);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  const ADOPT = ['adopt', '--from', 'old.csv', '--dry-run'];
  const KEYS = [['keys:list'], ['keys:rotate'], ['keys:retire', 'x']];
  const LATER = [...COMMANDS.filter(([name]) => name !== 'users:create'), ...KEYS, ADOPT];

  it.each(LATER)('%s makes nothing in a wrong folder', async (...args) => {
    const folder = mkdtempSync(join(tmpdir(), 'kunci-elsewhere-'));
    try {
      const { exitCode, stdout, stderr } = await kunciIn(folder, {}, ...args);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toContain(
        `\n  - DB_PATH names no file: there is no ${join(folder, 'data/kunci.db')}. Run this in the folder of Kunci, or set it\n`,
      );
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('users:create may come before the first start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kunci-first-'));
    try {
      const [, ...args] = COMMANDS[0]!;
      const { exitCode, stderr } = await kunciWith(
        PASSWORD,
        { DB_PATH: join(folder, 'kunci.db') },
        'users:create',
        ...args,
      );
      expect([exitCode, stderr]).toEqual([0, `There is no ${join(folder, 'kunci.db')} yet: it is made.\n`]);
      expect((await kunci({ DB_PATH: join(folder, 'kunci.db') }, 'users:show', 'ana@example.com')).exitCode).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names all faults of the settings', async () => {
    const { exitCode, stdout, stderr } = await kunci({ DB_TYPE: 'oracle', BCRYPT_COST: '3' }, 'users:list');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/DB_TYPE[^]*BCRYPT_COST/);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it('ends with 2 for what is no command, and tells of all commands', async () => {
    const { exitCode, stdout, stderr } = await kunci({}, 'users:promote');
    expect([exitCode, stdout, stderr]).toEqual([2, '', "error: unknown command 'users:promote'\n"]);
    const help = await kunci({}, '--help');
    expect(help.exitCode).toBe(0);
    for (const [command] of COMMANDS) expect(help.stdout).toMatch(new RegExp(`^ +${command} `, 'm'));
  });

  it('a change that cannot be written down is told of, and ends with 1', async () => {
    const email = newEmail();
    const args = ['users:create', '--name', 'Ana', '--email', email, '--password-stdin'];
    expect((await kunciWith(PASSWORD, settings, ...args)).exitCode).toBe(0);
    const dataSource = await new DataSource(dataSourceOptions(readSettings(settings).database)).initialize();
    await dataSource.query('ALTER TABLE audit_events RENAME TO elsewhere');
    try {
      const { exitCode, stdout, stderr } = await kunci(settings, 'users:set-role', email, 'admin');
      expect([exitCode, stdout]).toEqual([1, expect.stringContaining('has the role admin now.')]);
      expect(stderr).toBe('It is done, but 1 of its events could not be written to the table audit_events.\n');
    } finally {
      await dataSource.query('ALTER TABLE elsewhere RENAME TO audit_events');
      await dataSource.destroy();
    }
  });

  it('work on an empty database that no server has seen, and open no key', async () => {
    const email = newEmail();
    const other = { ...settings, SECRET_KEY: 'noch-ein-Schluessel-nur-fuer-Tests-9876543210' };
    expect((await kunci(other, 'keys:create', '--alg', 'ES256')).exitCode).toBe(0);
    const args = ['users:create', '--name', 'Ana', '--email', email, '--password-stdin'];
    expect(await kunciWith(PASSWORD, settings, ...args)).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await kunci(settings, 'users:show', email)).stdout).toContain(email);
    expect((await kunci(settings, 'users:lock', email)).exitCode).toBe(0);
  });
});
