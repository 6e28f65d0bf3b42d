import Libsql from 'libsql';
import { DataSource } from 'typeorm';
import type { DatabaseSettings } from '../config/settings.js';
import { dataSourceOptions } from './data-source-options.js';

/** Long enough for a slow migration of another process, short enough for a person who waits. */
const WAIT_SECONDS = 60;

/**
 * Runs the pending migrations while holding a lock, so that of several processes that start at once one migrates and
 * the others find nothing left to do. TypeORM takes none itself (typeorm issue 4588). Both kinds of lock end with
 * their connection: a killed process leaves nothing locked. On connections of its own, because a migration may take as
 * long as it takes, where a request may not.
 */
export async function runMigrations(database: DatabaseSettings): Promise<void> {
  const dataSource = new DataSource(dataSourceOptions(patiently(database)));
  await dataSource.initialize();
  try {
    if (database.type === 'sqlite') await withFileLock(`${database.path}.migrating`, () => migrate(dataSource));
    else await withNamedLock(dataSource, () => migrate(dataSource));
  } finally {
    await dataSource.destroy();
  }
}

/** SQLite's deadline is how long it waits for others that write; a server's, how long it may take to connect. */
function patiently(database: DatabaseSettings): DatabaseSettings {
  return database.type === 'sqlite' ? { ...database, deadlineMs: WAIT_SECONDS * 1000 } : database;
}

async function migrate(dataSource: DataSource): Promise<void> {
  await dataSource.runMigrations({ transaction: 'each' });
}

/** MySQL and MariaDB: a lock of the server, named after the database because the name counts for the whole server. */
async function withNamedLock(dataSource: DataSource, run: () => Promise<void>): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    // At most 64 characters. Not MD5(): MySQL 9.6 has it no more.
    const name = "CONCAT('kunci.migrate.', LEFT(SHA2(DATABASE(), 256), 40))";
    const [row] = (await runner.query(`SELECT GET_LOCK(${name}, ?) AS locked`, [WAIT_SECONDS])) as {
      locked: unknown;
    }[];
    if (Number(row?.locked) !== 1) throw new Error(`Another process has been migrating for over ${WAIT_SECONDS} s.`);
    try {
      await run();
    } finally {
      await runner.query(`SELECT RELEASE_LOCK(${name})`);
    }
  } finally {
    await runner.release();
  }
}

/** SQLite: an exclusive transaction on a small database of its own, so that the real one stays free to migrate. */
async function withFileLock(path: string, run: () => Promise<void>): Promise<void> {
  const lock = new Libsql(path, { timeout: WAIT_SECONDS * 1000 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    await run();
    lock.exec('COMMIT');
  } finally {
    lock.close();
  }
}
