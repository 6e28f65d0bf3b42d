import { createHash } from 'node:crypto';
import type { DataSource, EntityMetadata, QueryRunner } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { CopyError } from './copy-error.js';

/** Of one statement: a few hundred KB as a rule, 7 MB if each holds a text of 64 KB; a server takes 16 MB or more. */
const BATCH = 100;

type Value = string | number | Date | Buffer | null;

/** A table as one side has it. */
export interface TableDigest {
  readonly rows: number;
  /** Hex, over each row as a JSON array and a line feed, in the order of the primary key. */
  readonly sha256: string;
}

/** Those that others point at come first, otherwise by name. */
export function tablesInOrder({ entityMetadatas }: DataSource): EntityMetadata[] {
  const tables = [...entityMetadatas].sort((a, b) => (a.tableName < b.tableName ? -1 : 1));
  const ordered: EntityMetadata[] = [];
  const isReady = ({ foreignKeys }: EntityMetadata) =>
    foreignKeys.every(({ referencedEntityMetadata }) => ordered.includes(referencedEntityMetadata));
  while (ordered.length < tables.length) {
    const next = tables.find((table) => !ordered.includes(table) && isReady(table));
    if (!next) throw new Error('The foreign keys go round in a circle: no table can be the first.');
    ordered.push(next);
  }
  return ordered;
}

/** Rows in the order of the primary key, each with its values in the order of `table.columns`. Holds one batch at a time. */
export async function* batchesOf(dataSource: DataSource, table: EntityMetadata): AsyncGenerator<Value[][]> {
  const { driver } = dataSource;
  const keys = table.primaryColumns.map(({ databaseName }) => driver.escape(databaseName)).join(', ');
  const marks = table.primaryColumns.map(() => '?').join(', ');
  const select = `SELECT ${columnsOf(dataSource, table)} FROM ${driver.escape(table.tableName)}`;
  let after: unknown[] = [];
  for (;;) {
    const further = after.length > 0 ? ` WHERE (${keys}) > (${marks})` : '';
    const sql = `${select}${further} ORDER BY ${keys} LIMIT ${BATCH}`;
    const rows = await dataSource.query<Record<string, unknown>[]>(sql, after);
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => table.columns.map((column) => valueOf(dataSource, column, row[column.databaseName])));
    after = table.primaryColumns.map(({ databaseName }) => last[databaseName]);
  }
}

/** @param runner of a MySQL or MariaDB, whose driver writes a list of rows in the place of one mark */
export async function insertInto(runner: QueryRunner, table: EntityMetadata, rows: Value[][]): Promise<void> {
  const { dataSource } = runner;
  const into = `${dataSource.driver.escape(table.tableName)} (${columnsOf(dataSource, table)})`;
  await runner.query(`INSERT INTO ${into} VALUES ?`, [rows]);
}

export async function digestOf(dataSource: DataSource, table: EntityMetadata): Promise<TableDigest> {
  const hash = createHash('sha256');
  let rows = 0;
  for await (const batch of batchesOf(dataSource, table)) {
    for (const row of batch) hash.update(`${JSON.stringify(row)}\n`);
    rows += batch.length;
  }
  return { rows, sha256: hash.digest('hex') };
}

function columnsOf({ driver }: DataSource, { columns }: EntityMetadata): string {
  return columns.map(({ databaseName }) => driver.escape(databaseName)).join(', ');
}

/** The same on every engine: SQLite keeps instants as text, which TypeORM reads as the server does; the rest is as it is stored. */
function valueOf({ driver }: DataSource, column: ColumnMetadata, raw: unknown): Value {
  if (raw === null) return null;
  if (raw instanceof ArrayBuffer) return Buffer.from(raw);
  if (column.type === 'bigint') return (raw as number | string).toString();
  if (column.type !== 'datetime') return raw as Value;
  const instant = driver.prepareHydratedValue(raw, column) as Date;
  if (Number.isNaN(instant.getTime())) {
    throw new CopyError(`${column.entityMetadata.tableName}.${column.databaseName} holds what is no instant in a row.`);
  }
  return instant;
}
