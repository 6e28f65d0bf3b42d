import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Libsql from 'libsql';
import mysql from 'mysql2';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseSettings } from '../config/settings.js';
import { migrations } from './migrations/index.js';
import { queueLimitOf, withDeadlines } from './pool-with-deadlines.js';
import { markRefusals } from './sqlite-refusals.js';

/** What every session must hold to, whatever the server's own defaults are: refuse, never cut or guess; time is UTC. */
const SESSION =
  "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO," +
  "NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY', time_zone = '+00:00'";

/** A line that dies while the server works for as long as it takes, as on a migration, is missed by nobody but TCP. */
const KEEP_ALIVE_MS = 10_000;

/** TypeORM options of each engine, without the entities: those come from the modules that own them. */
export function dataSourceOptions(database: DatabaseSettings): DataSourceOptions {
  const common = {
    migrations,
    synchronize: false,
    // `findOneBy({ id: undefined })` must never mean "the first row": typeorm issues 2500, 9316.
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
  } as const;
  if (database.type === 'sqlite') {
    mkdirSync(dirname(database.path), { recursive: true, mode: 0o700 });
    return {
      ...common,
      type: 'better-sqlite3',
      driver: Libsql,
      database: database.path,
      enableWAL: true,
      // While it waits for another process, so does everything in this one.
      timeout: database.deadlineMs,
      // In WAL mode only FULL keeps an answered registration when the power goes.
      prepareDatabase: (db: Libsql.Database) => {
        db.pragma('synchronous = FULL');
        markRefusals(db);
      },
    };
  }
  return {
    ...common,
    type: database.type,
    driver: { ...mysql, createPool: createPoolWithSession },
    host: database.host,
    port: database.port,
    username: database.username,
    password: database.password,
    database: database.name,
    charset: 'utf8mb4',
    timezone: 'Z',
    poolSize: database.poolSize,
    connectTimeout: database.deadlineMs,
    extra: { keepAliveInitialDelay: KEEP_ALIVE_MS },
  };
}

/** The same for requests, which do not wait for ever. */
export function servingOptions(database: DatabaseSettings): DataSourceOptions {
  const options = dataSourceOptions(database);
  if (database.type === 'sqlite' || options.type === 'better-sqlite3') return options;
  const { deadlineMs, poolSize } = database;
  const createPool = (poolOptions: mysql.PoolOptions) =>
    withDeadlines(createPoolWithSession(poolOptions, lockWait(deadlineMs)), deadlineMs);
  const extra = { ...(options.extra as object), queueLimit: queueLimitOf(poolSize) };
  return { ...options, driver: { ...mysql, createPool }, extra };
}

/** What nobody waits for any more the server should not wait for either. */
function lockWait(deadlineMs: number): string {
  const seconds = Math.max(1, Math.ceil(deadlineMs / 1000));
  return `, innodb_lock_wait_timeout = ${seconds}, lock_wait_timeout = ${seconds}`;
}

/** Commands of one connection run in order, so the session is set before the pool lends the connection to anyone. */
function createPoolWithSession(options: mysql.PoolOptions, more = ''): mysql.Pool {
  const pool = mysql.createPool(options);
  pool.on('connection', (connection) => {
    connection.query(SESSION + more, (error) => {
      if (error) connection.destroy();
    });
  });
  return pool;
}

/** On a connection of its own, which needs nothing of TypeORM's; another process that uses the file is not waited for. */
export function emptyWriteAheadLog(path: string): void {
  const db = new Libsql(path, { timeout: 500 });
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}
