import type { Columns, Field } from './fields.js';
import { PAGE, type SourceRow } from './source.js';

/** A table with what tells its rows apart, in its order. */
export interface KeyedTable {
  /** Quoted, as they stand in the statement. */
  readonly table: string;
  readonly keys: readonly string[];
  /** What stands for a column in the statement. */
  readonly select: (column: string) => string;
  readonly read: (sql: string, values: readonly unknown[]) => Promise<readonly unknown[][]> | readonly unknown[][];
}

/**
 * Page after page by the primary key: nothing is locked between two of them, no snapshot is held, and each begins where
 * the one before ended, however large the table is.
 */
export async function* pagesByKey(
  { table, keys, select, read }: KeyedTable,
  columns: Columns,
): AsyncGenerator<readonly SourceRow[]> {
  const fields = [...columns.keys()];
  const selected = [...keys, ...[...columns.values()].map(select)].join(', ');
  const order = `ORDER BY ${keys.join(', ')} LIMIT ${PAGE}`;
  let after: unknown[] | undefined;
  do {
    const { where, values } = after ? following(keys, after) : { where: '', values: [] };
    const rows = await read(`SELECT ${selected} FROM ${table} ${where} ${order}`, values);
    if (rows.length > 0) yield rows.map((row) => toRow(row, keys.length, fields));
    after = rows.length === PAGE ? rows.at(-1)?.slice(0, keys.length) : undefined;
  } while (after);
}

/** `a > ? OR (a = ? AND b > ?)`: a comparison of whole rows would read the table from its start on MySQL. */
export function following(keys: readonly string[], after: readonly unknown[]): { where: string; values: unknown[] } {
  const steps = keys.map(
    (key, i) => `(${[...keys.slice(0, i).map((equal) => `${equal} = ?`), `${key} > ?`].join(' AND ')})`,
  );
  return { where: `WHERE ${steps.join(' OR ')}`, values: keys.flatMap((_, i) => after.slice(0, i + 1)) };
}

function toRow(row: readonly unknown[], keyCount: number, fields: readonly Field[]): SourceRow {
  const position = row.slice(0, keyCount).map(textOfKey).join('/');
  return { position, values: Object.fromEntries(fields.map((field, i) => [field, row[keyCount + i]])) };
}

function textOfKey(key: unknown): string {
  return Buffer.isBuffer(key) ? key.toString('hex') : String(key);
}
