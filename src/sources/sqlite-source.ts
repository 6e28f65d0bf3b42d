import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';
import { OperatorError } from '../http/operator-error.js';
import { visible } from '../i18n/visible.js';
import { type KeyedTable, pagesByKey } from './key-paging.js';
import { noKey, noTable, reading } from './source-faults.js';
import { type Source, VALUE_MAX } from './source.js';

/** How long a writer of the other system is waited for. */
const BUSY_TIMEOUT_MS = 10_000;

/** Of UTF-8, whose characters have four at most. */
const VALUE_BYTES = 4 * VALUE_MAX;

/** A table of an SQLite file. @throws OperatorError */
export async function openSqliteSource(path: string, table: string): Promise<Source> {
  const title = visible(`table ${table} of ${path}`);
  return reading(visible(path), () => {
    if (!statSync(path).isFile()) throw new OperatorError(`${visible(path)} is no file.`);
    const db = new Libsql(readOnlyName(resolve(path)), { timeout: BUSY_TIMEOUT_MS });
    try {
      return describe(db, title, table);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * libsql has no option for it, SQLite's file names do. Not `immutable` as well, which spares a file in WAL mode that
 * nobody has open the empty log beside it: whoever opens the file meanwhile would be read wrongly.
 */
function readOnlyName(path: string): string {
  const uri = pathToFileURL(path);
  uri.search = 'mode=ro';
  return uri.href;
}

function describe(db: Libsql.Database, title: string, name: string): Source {
  const all = (sql: string, values: readonly unknown[] = []) =>
    db
      .prepare(sql)
      .raw()
      .safeIntegers()
      .all(...values) as unknown[][];
  const columns = all('SELECT name, pk FROM pragma_table_info(?) ORDER BY cid', [name]);
  if (columns.length === 0) {
    const tables = all("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'");
    throw noTable(
      name,
      tables.map(([table]) => String(table)),
    );
  }
  const [[rowCount] = []] = all(`SELECT COUNT(*) FROM ${quote(name)}`);
  const keys = keysOf(db, name, columns);
  const keyed: KeyedTable = {
    table: quote(name),
    keys,
    select: selectorOf(db),
    read: (sql, values) => reading(title, () => all(sql, values).map((row) => decoded(row, keys.length))),
  };
  return {
    title,
    columns: columns.map(([column]) => String(column)),
    rowCount: Number(rowCount),
    pages: (wanted) => pagesByKey(keyed, wanted),
    close: () => Promise.resolve(void db.close()),
  };
}

/** The row's own number, because a primary key of SQLite's may be NULL; only tables without that number refuse such a key. */
function keysOf(db: Libsql.Database, name: string, columns: readonly unknown[][]): string[] {
  const [isView] = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = ?").all(name);
  if (isView) throw noKey(name);
  const names = columns.map(([column]) => String(column).toLowerCase());
  const rowNumber = ['rowid', '_rowid_', 'oid'].find((alias) => !names.includes(alias));
  if (rowNumber !== undefined && hasColumn(db, name, rowNumber)) return [rowNumber];
  const keys = columns.filter(([, pk]) => Number(pk) > 0).sort((a, b) => Number(a[1]) - Number(b[1]));
  if (keys.length === 0) throw noKey(name);
  return keys.map(([column]) => quote(String(column)));
}

/**
 * Text that is not UTF-8 ends the process, if libsql is to make a string of it: it is read as bytes, and no more of it than
 * can be of use. A file in UTF-16 is left to libsql, which makes UTF-8 of it.
 */
function selectorOf(db: Libsql.Database): (column: string) => string {
  const [encoding] = db.prepare('PRAGMA encoding').raw().all() as [unknown][];
  if (encoding?.[0] !== 'UTF-8') return quote;
  return (column) => {
    const name = quote(column);
    return `CASE WHEN typeof(${name}) IN ('text', 'blob') THEN SUBSTR(CAST(${name} AS BLOB), 1, ${VALUE_BYTES}) ELSE ${name} END`;
  };
}

/** What is no UTF-8 stays bytes, and so does the one byte of a flag. */
function decoded(row: readonly unknown[], from: number): unknown[] {
  return row.map((value, i) => {
    if (i < from || !Buffer.isBuffer(value) || (value.length === 1 && value.readUInt8() <= 1)) return value;
    // The last character may be there in part.
    const bytes = value.length === VALUE_BYTES ? value.subarray(0, lastStart(value)) : value;
    const text = bytes.toString('utf8');
    return Buffer.from(text).equals(bytes) ? text : value;
  });
}

/** Where the last character of UTF-8 begins. */
function lastStart(bytes: Buffer): number {
  return bytes.findLastIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
}

function hasColumn(db: Libsql.Database, table: string, column: string): boolean {
  try {
    db.prepare(`SELECT ${column} FROM ${quote(table)} LIMIT 1`);
    return true;
  } catch {
    return false;
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
