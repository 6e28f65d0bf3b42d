import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import Libsql from 'libsql';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api, type SignedIn } from './api.js';
import { testSettings } from './app.js';
import { type CliResult, kidOf, kunci } from './cli.js';
import { ENGINE, type TestDatabase } from './database.js';
import { closedPort } from './ports.js';
import { KunciProcess } from './process.js';

/** What text can be hard on: quotes, a backslash, what is beyond the first plane of Unicode. */
export const NAME = 'Añá "O\'Neil" \\ `🦊` %_';

/** A stopped SQLite with all that people leave behind. */
export interface Source {
  readonly folder: string;
  readonly path: string;
  readonly settings: Record<string, string>;
  readonly ana: SignedIn;
  /** The largest id that was given, to someone who has left. */
  readonly lastId: number;
}

export async function makeSource(): Promise<Source> {
  const folder = mkdtempSync(join(tmpdir(), 'kunci-copy-'));
  const path = join(folder, 'kunci.db');
  const database = { settings: { DB_TYPE: 'sqlite', DB_PATH: path }, drop: () => Promise.resolve() };
  const settings = testSettings(database, {
    // The one beside the database.
    SECRET_KEY: '',
    // Nothing listens there: mails wait.
    SMTP_URL: `smtp://127.0.0.1:${await closedPort()}`,
    MAIL_FROM: 'kunci@example.com',
    PUBLIC_URL: 'https://accounts.example.com',
  });
  await kidOf(settings, 'keys:create', '--alg', 'ES256');
  const server = new KunciProcess(settings);
  const api = new Api(await server.url());
  const ana = await api.signedIn({ name: NAME });
  await api.person();
  const gone = await api.signedIn();
  await api.as(gone.token, 'DELETE', '/api/user-info', { password: gone.password });
  await server.stop();
  writeAndDie(
    path,
    `UPDATE users SET locked_at = datetime('now'), language = 'id' WHERE email <> '${ana.email}';
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
    INSERT INTO audit_events (id, at, event, user_agent)
    SELECT printf('%036d', i), strftime('%Y-%m-%d %H:%M:%f', '2026-01-01', i || ' seconds'), 'test',
      iif(i % 2, NULL, '🦊 '' \\ "' || i) FROM n`,
  );
  return { folder, path, settings, ana, lastId: 3 };
}

/** Killed at once: what it wrote is in the write-ahead log only. */
function writeAndDie(path: string, sql: string): void {
  const script = `new (require('libsql'))(process.argv[1]).exec(process.argv[2]); process.kill(process.pid, 'SIGKILL')`;
  const { signal } = spawnSync(process.execPath, ['-e', script, path, sql], { cwd: join(import.meta.dirname, '..') });
  if (signal !== 'SIGKILL') throw new Error('The source could not be filled.');
}

/** The tables that are copied, in this order. */
export const TABLES = ['audit_events', 'outgoing_mails', 'signing_keys', 'users', 'one_time_tokens', 'sessions'];

export function readSource({ path }: Source, sql: string): Record<string, unknown>[] {
  const db = new Libsql(path);
  try {
    return db.prepare(sql).all([]) as Record<string, unknown>[];
  } finally {
    db.close();
  }
}

/** How many rows each of the tables has. */
export async function countTarget(target: TestDatabase): Promise<number[]> {
  const counts: number[] = [];
  for (const table of TABLES) {
    const [count] = await onTarget(target, `SELECT COUNT(*) AS n FROM ${table}`);
    counts.push(Number(count?.n));
  }
  return counts;
}

export function removeSource({ folder }: Source): void {
  rmSync(folder, { recursive: true, force: true });
}

/** What `--to` and COPY_PASSWORD say of it. */
export function targetOf({ settings }: TestDatabase): { to: string; password: string } {
  const { DB_HOST = '', DB_PORT = '', DB_USERNAME = '', DB_PASSWORD = '', DB_NAME = '' } = settings;
  return { to: `${ENGINE}://${DB_USERNAME}@${DB_HOST}:${DB_PORT}/${DB_NAME}`, password: DB_PASSWORD };
}

export function copy(path: string, database: TestDatabase, ...more: string[]): Promise<CliResult> {
  const { to, password } = targetOf(database);
  return kunci({ COPY_PASSWORD: password }, 'copy', '--from', `sqlite:${path}`, '--to', to, ...more);
}

/** One statement on the target; instants as the text that the server keeps. */
export async function onTarget(
  { settings }: TestDatabase,
  sql: string,
  parameters: string[] = [],
): Promise<Record<string, unknown>[]> {
  const connection = await connectTo(settings);
  try {
    return (await connection.query<RowDataPacket[]>(sql, parameters))[0];
  } finally {
    await connection.end();
  }
}

export function connectTo({ DB_HOST, DB_PORT, DB_USERNAME, DB_PASSWORD, DB_NAME }: Record<string, string>) {
  return createConnection({
    host: DB_HOST,
    port: Number(DB_PORT),
    user: DB_USERNAME,
    password: DB_PASSWORD,
    database: DB_NAME,
    dateStrings: true,
  });
}
