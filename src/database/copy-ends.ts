import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type Libsql from 'libsql';
import { DataSource } from 'typeorm';
import type { EmbeddedDatabaseSettings, ServerDatabaseSettings } from '../config/settings.js';
import { explainConnection } from './connection-failure.js';
import { CopyError } from './copy-error.js';
import { dataSourceOptions } from './data-source-options.js';
import { readSchemaFacts, within } from './inspection.js';
import { isOtherProduct, productOf } from './server-facts.js';

const entities = [join(import.meta.dirname, '../**/*.entity.js')];

/**
 * Nobody else has the file open, and nobody can open it until this is closed or the process ends.
 * @throws CopyError also if its tables are not those of this version
 */
export async function openSource(database: EmbeddedDatabaseSettings): Promise<DataSource> {
  const { path } = database;
  if (!existsSync(path)) throw new CopyError(`There is no ${path}.`);
  const options = { ...dataSourceOptions(database), enableWAL: false, prepareDatabase: lockOut, entities };
  const source = new DataSource(options);
  await during(`${path} cannot be used`, source.initialize(), {
    SQLITE_BUSY: `${path} is in use. Stop the server that runs on it, and whatever else has it open.`,
  });
  const { isEmpty, pending, unknown } = await readSchemaFacts(source, false);
  if (isEmpty) throw new CopyError(`${path} is no database of Kunci.`);
  if (unknown.length > 0) throw new CopyError(`${path} was used by a newer version of Kunci: copy with that one.`);
  if (pending.length > 0) {
    throw new CopyError(`${path} is of an older version of Kunci. Start this one on it once, stop it, and copy then.`);
  }
  return source;
}

/** @throws CopyError also if it is another product, or a newer version has been there */
export async function openTarget(database: ServerDatabaseSettings): Promise<DataSource> {
  const target = new DataSource({ ...dataSourceOptions(database), entities });
  await during('The target cannot be used', within(database.deadlineMs, target.initialize()));
  const asked = target.query<[{ version: string }]>('SELECT VERSION() AS version');
  const [{ version }] = await during('The target cannot be used', asked);
  const product = productOf(version);
  if (isOtherProduct({ product }, database.type)) {
    throw new CopyError(`The target is a ${product}: write ${product.toLowerCase()}://… for --to.`);
  }
  const { unknown } = await readSchemaFacts(target, false);
  if (unknown.length > 0) throw new CopyError('The target was used by a newer version of Kunci: copy with that one.');
  return target;
}

/** What the system or a database refuses is told in a sentence; what Kunci gets wrong itself keeps its stack. */
export async function during<T>(
  what: string,
  work: Promise<T>,
  sentences: Readonly<Record<string, string>> = {},
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const failure = explainConnection(error);
    if (sentences[code] !== undefined) throw new CopyError(sentences[code], { cause: error });
    if (failure) throw new CopyError(`${what}: ${failure.reason} (${message || code}).`, { cause: error });
    // Node calls its own errors ERR_…: wrong calls of ours.
    if (code && !code.startsWith('ERR_')) throw new CopyError(`${what}: ${message} (${code}).`, { cause: error });
    throw error;
  }
}

/**
 * In this mode SQLite locks the whole file, which it cannot while a server has it open, idle or not
 * (https://www.sqlite.org/pragma.html#pragma_locking_mode). Set before anything is read, or others could still read.
 */
function lockOut(db: Libsql.Database): void {
  db.pragma('locking_mode = EXCLUSIVE');
  db.exec('BEGIN EXCLUSIVE');
  db.pragma('query_only = ON');
}
