import { statSync } from 'node:fs';
import type { Environment } from './environment.js';
import type { DatabaseSettings } from './settings.js';

/** For whoever makes none: where the file of the embedded database is not there, the folder is taken for a wrong one. */
export function expectEmbeddedDatabase(env: Environment, database: DatabaseSettings): void {
  if (database.type === 'sqlite' && isMissing(database.path)) {
    env.fault('DB_PATH', `names no file: there is no ${database.path}. Run this in the folder of Kunci, or set it`);
  }
}

/** What this user may not see is there. */
function isMissing(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
