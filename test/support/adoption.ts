import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { type Connection, createConnection } from 'mysql2/promise';
import type { User } from '../../src/users/user.entity.js';
import { startApp, type TestApp, testSettings } from './app.js';
import type { CliResult } from './cli.js';
import { createDatabase, ENGINE } from './database.js';
import { environmentOf } from './environment.js';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

/** As SQLAlchemy made it for the original. */
const TABLE =
  'CREATE TABLE user (id INTEGER PRIMARY KEY AUTO_INCREMENT, name VARCHAR(150) NOT NULL, email VARCHAR(150) UNIQUE NOT NULL, ' +
  'password VARCHAR(255) NOT NULL)';

export interface OldUser {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** The database of the original service, of the same engine as the one under test. */
export interface OldDatabase {
  /** What `--from` says, and the settings that hold the password. */
  readonly from: string;
  readonly settings: Record<string, string>;
  readonly run: (sql: string, values?: readonly unknown[]) => Promise<void>;
  add(users: readonly OldUser[]): Promise<void>;
  /** Changes with any byte of it. */
  fingerprint(): Promise<string>;
  drop(): Promise<void>;
}

async function createOldDatabase(): Promise<OldDatabase> {
  const database = ENGINE === 'sqlite' ? createOldFile() : await createOldServer();
  await database.run(ENGINE === 'sqlite' ? TABLE.replace('AUTO_INCREMENT', 'AUTOINCREMENT') : TABLE);
  return database;
}

async function addTo({ run }: Pick<OldDatabase, 'run'>, users: readonly OldUser[]): Promise<void> {
  for (let i = 0; i < users.length; i += 1_000) {
    const page = users.slice(i, i + 1_000);
    const places = page.map(() => '(?, ?, ?, ?)').join(', ');
    await run(
      `INSERT INTO user (id, name, email, password) VALUES ${places}`,
      page.flatMap(({ id, name, email, password }) => [id, name, email, password]),
    );
  }
}

function createOldFile(): OldDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'kunci-old-'));
  const path = join(folder, 'app.db');
  const run = (sql: string, values: readonly unknown[] = []) => {
    const db = new Libsql(path);
    db.prepare(sql).run(...values);
    db.close();
    return Promise.resolve();
  };
  return {
    from: `sqlite:${path}`,
    settings: {},
    run,
    add: (users) => addTo({ run }, users),
    fingerprint: () => {
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
      return Promise.resolve(JSON.stringify([digest, readdirSync(folder)]));
    },
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function createOldServer(): Promise<OldDatabase> {
  const database = await createDatabase();
  const { DB_HOST = '', DB_PORT = '', DB_USERNAME = '', DB_PASSWORD = '', DB_NAME = '' } = database.settings;
  const connection: Connection = await createConnection({
    host: DB_HOST,
    port: Number(DB_PORT),
    user: DB_USERNAME,
    password: DB_PASSWORD,
    database: DB_NAME,
    charset: 'utf8mb4',
  });
  await connection.query(`ALTER DATABASE ${DB_NAME} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const run = async (sql: string, values: readonly unknown[] = []) => {
    await connection.query(sql, values as string[]);
  };
  return {
    from: `mysql://${encodeURIComponent(DB_USERNAME)}@${DB_HOST}:${DB_PORT}/${DB_NAME}`,
    settings: DB_PASSWORD ? { ADOPT_PASSWORD: DB_PASSWORD } : {},
    run,
    add: (users) => addTo({ run }, users),
    fingerprint: async () => {
      const [checksum] = await connection.query('CHECKSUM TABLE user EXTENDED');
      const [definition] = await connection.query('SHOW CREATE TABLE user');
      return JSON.stringify([checksum, definition]);
    },
    drop: async () => {
      await connection.end();
      await database.drop();
    },
  };
}

/** The command on its way. What is given to it as input ends there. */
function startAdopt(settings: Record<string, string>, args: readonly string[], input: string, cwd: string) {
  const child = spawn(process.execPath, [CLI, 'adopt', ...args], {
    env: environmentOf(settings),
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = once(child, 'close').then(([code]): CliResult => ({ exitCode: Number(code ?? -1), ...output }));
  return { child, output, ended };
}

/** A running Kunci, and a database of the original beside it. */
export interface AdoptionTest extends TestApp {
  readonly old: OldDatabase;
  /** Of Kunci, and the password of the old database if it has one. */
  readonly settings: Record<string, string>;
  /** Where the command runs. */
  readonly folder: string;
  start(args: readonly string[], input?: string): ReturnType<typeof startAdopt>;
  adopt(args: readonly string[], input?: string): Promise<CliResult>;
  users(): Promise<User[]>;
}

export async function startAdoptionTest(): Promise<AdoptionTest> {
  const test = await startApp();
  const old = await createOldDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'kunci-adopt-'));
  const settings = { ...testSettings(test.database), ...old.settings };
  const start = (args: readonly string[], input = '') => startAdopt(settings, args, input, folder);
  return {
    ...test,
    old,
    settings,
    folder,
    start,
    adopt: (args, input) => start(args, input).ended,
    users: () => test.dataSource.getRepository<User>('User').find({ order: { id: 'ASC' } }),
    stop: async () => {
      await test.stop();
      await old.drop();
      await rm(folder, { recursive: true });
    },
  };
}

/** The number that the report gives for something: `adopted`, `left out`. */
export function numberOf(stdout: string, what: string): number {
  const report = stdout.slice(stdout.search(/^(Done|Stopped|A dry run)/m));
  return Number(new RegExp(`^ +(\\d+) {2}${what}$`, 'm').exec(report)?.[1] ?? NaN);
}

/** Adopted, already here and left out, of a real run. */
export function numbersOf(stdout: string): number[] {
  return ['adopted', 'already here', 'left out'].map((what) => numberOf(stdout, what));
}
