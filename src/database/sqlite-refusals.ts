import type Libsql from 'libsql';
import { DatabaseUnavailableError, isRefusing } from './database-unavailable.error.js';

const METHODS = ['run', 'get', 'all'] as const;

/** A busy, full or read-only file is told as the servers' troubles are. */
export function markRefusals(db: Libsql.Database): void {
  const prepare = db.prepare.bind(db);
  db.prepare = ((sql: string) => {
    const statement = translating(() => prepare(sql));
    for (const method of METHODS) {
      const execute = (statement[method] as (...parameters: unknown[]) => never).bind(statement);
      statement[method] = (...parameters: unknown[]) => translating(() => execute(...parameters));
    }
    return statement;
  }) as typeof db.prepare;
}

function translating<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw isRefusing(error) ? new DatabaseUnavailableError('refused by the database', error) : error;
  }
}
