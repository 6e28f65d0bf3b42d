import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseSettings } from '../config/settings.js';
import { dataSourceOptions } from './data-source-options.js';
import { migrations } from './migrations/index.js';

/** A statement of the inspection took longer than it may. */
export class InspectionTimeout extends Error {
  override readonly name = 'InspectionTimeout';
  readonly code = 'ETIMEDOUT';

  constructor(readonly waitedMs: number) {
    super(`It did not answer within ${waitedMs / 1000} s.`);
  }
}

export interface SchemaFacts {
  /** No migration has ever run. */
  readonly isEmpty: boolean;
  /** The oldest first. */
  readonly pending: readonly string[];
  /** Those that this version of Kunci does not have: a newer one has been here. */
  readonly unknown: readonly string[];
  /** What TypeORM would run to make the tables what the entities say; undefined if they were not compared. */
  readonly differences: readonly string[] | undefined;
}

/**
 * Connects once, without trying again, and so that nothing can be changed in an SQLite file. Its file must be there.
 * @throws what the driver says, or InspectionTimeout
 */
export async function openForInspection(database: DatabaseSettings): Promise<DataSource> {
  const options = dataSourceOptions(database);
  const overrides =
    database.type === 'sqlite' ? { driver: ReadOnly, enableWAL: false, prepareDatabase: undefined } : { poolSize: 1 };
  const dataSource = new DataSource({
    ...options,
    ...overrides,
    entities: [join(import.meta.dirname, '../**/*.entity.js')],
  } as DataSourceOptions);
  return within(database.deadlineMs, dataSource.initialize());
}

/** @throws InspectionTimeout */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new InspectionTimeout(milliseconds)), milliseconds);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

/** @param isComparable whether TypeORM takes the server for what it is: MySQL and MariaDB describe their columns differently */
export async function readSchemaFacts(dataSource: DataSource, isComparable: boolean): Promise<SchemaFacts> {
  const applied = await readApplied(dataSource);
  const pending = pendingAfter(applied);
  const unknown = [...applied].filter((name) => !migrations.some((known) => known.name === name));
  // Before the migrations have run, everything differs.
  const isCompared = isComparable && pending.length === 0;
  const differences = isCompared ? (await dataSource.driver.createSchemaBuilder().log()).upQueries : undefined;
  return { isEmpty: applied.size === 0, pending, unknown, differences: differences?.map(({ query }) => query) };
}

export async function isOutdated(dataSource: DataSource): Promise<boolean> {
  return pendingAfter(await readApplied(dataSource)).length > 0;
}

/** Without `DataSource.showMigrations`, which makes the table of migrations if there is none. */
async function readApplied(dataSource: DataSource): Promise<Set<string>> {
  const runner = dataSource.createQueryRunner();
  const isMigrated = await runner.hasTable('migrations').finally(() => runner.release());
  const rows = isMigrated ? await dataSource.query<{ name: string }[]>('SELECT name FROM migrations') : [];
  return new Set(rows.map(({ name }) => name));
}

function pendingAfter(applied: ReadonlySet<string>): string[] {
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
}

/**
 * libsql has no option for it, SQLite's file names do. Without a log to read, which a running server always has, even
 * the files beside the database are left alone.
 */
class ReadOnly extends Libsql {
  constructor(path: string, options?: Libsql.Options) {
    const uri = pathToFileURL(path);
    uri.search = existsSync(`${path}-wal`) ? 'mode=ro' : 'mode=ro&immutable=1';
    super(uri.href, options);
  }
}
