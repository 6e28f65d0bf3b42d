import type { DataSource, EntityMetadata } from 'typeorm';
import type { EmbeddedDatabaseSettings, ServerDatabaseSettings } from '../config/settings.js';
import { batchesOf, digestOf, insertInto, type TableDigest, tablesInOrder } from './copied-rows.js';
import { during, openSource, openTarget } from './copy-ends.js';
import { CopyError } from './copy-error.js';
import { COUNTER_TABLE } from './counter-table.js';
import { isOutdated } from './inspection.js';
import { runMigrations } from './migration-lock.js';

/** What was read from both sides, each by itself. */
export interface ComparedTable {
  readonly table: string;
  readonly source: TableDigest;
  readonly target: TableDigest;
  readonly isSame: boolean;
}

export interface CopyEnds {
  readonly source: EmbeddedDatabaseSettings;
  readonly target: ServerDatabaseSettings;
}

/** Copies all rows to an empty database, or none, and compares both. @throws CopyError */
export async function copyDatabase(ends: CopyEnds): Promise<ComparedTable[]> {
  return withBoth(ends, async (source, target) => {
    const tables = tablesInOrder(source);
    await refuseUnlessEmpty(target, [...tables.map(({ tableName }) => tableName), COUNTER_TABLE]);
    await during('The tables of the target cannot be made', prepare(source, target, tables, ends.target));
    await copyRows(source, target, tables);
    return compareTables(source, target);
  });
}

/** Copies nothing. @throws CopyError */
export async function compareDatabases(ends: CopyEnds): Promise<ComparedTable[]> {
  return withBoth(ends, async (source, target) => {
    if (await isOutdated(target)) throw new CopyError('The target has no tables of this version: nothing was copied.');
    return compareTables(source, target);
  });
}

async function withBoth<T>(ends: CopyEnds, work: (source: DataSource, target: DataSource) => Promise<T>): Promise<T> {
  const source = await openSource(ends.source);
  try {
    const target = await openTarget(ends.target);
    try {
      return await work(source, target);
    } finally {
      await target.destroy();
    }
  } finally {
    await source.destroy();
  }
}

/** Before anything is made there: it may be the wrong database. */
async function refuseUnlessEmpty(target: DataSource, names: readonly string[]): Promise<void> {
  const runner = target.createQueryRunner();
  try {
    for (const name of names) {
      if (!(await runner.hasTable(name))) continue;
      const rows = (await runner.query(`SELECT 1 FROM ${target.driver.escape(name)} LIMIT 1`)) as unknown[];
      if (rows.length > 0) {
        throw new CopyError(
          `The target is not empty: its table ${name} has rows. Nothing was copied; name an empty database. ` +
            'If it holds an earlier copy, --verify says whether that is whole.',
        );
      }
    }
  } finally {
    await runner.release();
  }
}

/** The ids of people who have left must not be given anew: events and tokens name them. Not in the transaction: ALTER TABLE ends one. */
async function prepare(
  source: DataSource,
  target: DataSource,
  tables: readonly EntityMetadata[],
  database: ServerDatabaseSettings,
): Promise<void> {
  await runMigrations(database);
  for (const { tableName, generatedColumns } of tables) {
    if (generatedColumns.length === 0) continue;
    const [given] = await source.query<{ seq: number }[]>('SELECT seq FROM sqlite_sequence WHERE name = ?', [
      tableName,
    ]);
    const next = (given?.seq ?? 0) + 1;
    await target.query(`ALTER TABLE ${target.driver.escape(tableName)} AUTO_INCREMENT = ${next}`);
  }
}

/** In one transaction, which ends with its connection: a copy that fails or is killed leaves no row. */
async function copyRows(source: DataSource, target: DataSource, tables: readonly EntityMetadata[]): Promise<void> {
  const runner = target.createQueryRunner();
  const insertAll = async () => {
    await runner.startTransaction();
    for (const table of tables) {
      for await (const rows of batchesOf(source, table)) await insertInto(runner, table, rows);
    }
  };
  try {
    await during('Copying stopped, and left no row behind', insertAll());
    await during('Whether the copy is whole is not known, see with --verify', runner.commitTransaction());
  } finally {
    await runner.release();
  }
}

async function compareTables(source: DataSource, target: DataSource): Promise<ComparedTable[]> {
  const compared: ComparedTable[] = [];
  for (const table of tablesInOrder(source)) {
    const there = digestOf(target, target.getMetadata(table.target));
    const theirs = await during('Comparing stopped, run it again with --verify', there);
    const ours = await digestOf(source, table);
    const isSame = ours.rows === theirs.rows && ours.sha256 === theirs.sha256;
    compared.push({ table: table.tableName, source: ours, target: theirs, isSame });
  }
  return compared;
}
