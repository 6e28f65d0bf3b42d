import type Libsql from 'libsql';
import { DatabaseUnavailableError, isRefusing } from './database-unavailable.error.js';

const METHODS = ['run', 'get', 'all'] as const;

const NOTHING_CHANGED = { changes: 0, lastInsertRowid: 0 };

/**
 * A busy, full or read-only file is told as the servers' troubles are. Whoever writes takes the lock first, by `exec`: a
 * prepared statement that finds the file busy stays "in progress" in libsql until the garbage collector finds it, and
 * until then nothing can be committed.
 */
export function markRefusals(db: Libsql.Database): void {
  const prepare = db.prepare.bind(db);
  db.prepare = ((sql: string) => {
    const statement = translating(() => prepare(sql));
    if (/^\s*BEGIN/i.test(sql)) {
      statement.run = () => {
        translating(() => db.exec('BEGIN IMMEDIATE'));
        return NOTHING_CHANGED;
      };
      return statement;
    }
    const isWrite = /^\s*(INSERT|UPDATE|DELETE)\b/i.test(sql);
    for (const method of METHODS) {
      // In one list: a null that is the only value libsql would take for an object of named ones.
      const execute = (statement[method] as (parameters: unknown[]) => never).bind(statement);
      statement[method] = (...parameters: unknown[]) =>
        translating(() => (isWrite && !db.inTransaction ? locked(db, () => execute(parameters)) : execute(parameters)));
    }
    return statement;
  }) as typeof db.prepare;
}

function locked<T>(db: Libsql.Database, write: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = write();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function translating<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw isRefusing(error) ? new DatabaseUnavailableError('refused by the database', error) : error;
  }
}
