import { statSync } from 'node:fs';

/** Why a database cannot be used, in plain words, and what to do about it. */
export interface ConnectionFailure {
  readonly reason: string;
  readonly advice: string;
}

const failure = (reason: string, advice: string): ConnectionFailure => ({ reason, advice });

const NOT_FOUND = failure(
  'the name of its host is not known',
  'Correct DB_HOST, or see whether this machine resolves names.',
);
const SILENT = failure(
  'it does not answer in time',
  'See whether it runs, is overloaded, or a firewall drops what is sent to DB_HOST and DB_PORT.',
);
const HUNG_UP = failure(
  'it closes the connection',
  'See whether DB_PORT is the port of a MySQL or MariaDB; its own log says why.',
);
const REFUSED_USER = failure(
  'it refuses this user or password',
  'Correct DB_USERNAME and DB_PASSWORD, and see that the user may log in from the address of this machine.',
);
const FULL = failure(
  'it has as many connections as it allows',
  'Raise max_connections, or lower DB_POOL_SIZE or WEB_CONCURRENCY.',
);
const NOT_OPENED = failure(
  'SQLite cannot open the file',
  'DB_PATH must name a file that this user may read and write, in a folder where the user may write too.',
);

/** By the codes of the system, of MySQL and MariaDB, and of SQLite. */
const FAILURES: Readonly<Record<string, ConnectionFailure>> = {
  ECONNREFUSED: failure('nothing listens there', 'Start it, or correct DB_HOST and DB_PORT.'),
  ENOTFOUND: NOT_FOUND,
  EAI_AGAIN: NOT_FOUND,
  ETIMEDOUT: SILENT,
  EHOSTUNREACH: SILENT,
  ENETUNREACH: SILENT,
  ECONNRESET: HUNG_UP,
  PROTOCOL_CONNECTION_LOST: HUNG_UP,
  ER_ACCESS_DENIED_ERROR: REFUSED_USER,
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: REFUSED_USER,
  ER_HOST_NOT_PRIVILEGED: REFUSED_USER,
  ER_DBACCESS_DENIED_ERROR: failure(
    'its user has no rights in the database of this name',
    'Correct DB_NAME, or GRANT the user the rights that README lists.',
  ),
  ER_BAD_DB_ERROR: failure(
    'it has no database of this name',
    'Correct DB_NAME, or make it: CREATE DATABASE … CHARACTER SET utf8mb4.',
  ),
  ER_CON_COUNT_ERROR: FULL,
  ER_TOO_MANY_USER_CONNECTIONS: FULL,
  SQLITE_CANTOPEN: NOT_OPENED,
  SQLITE_NOTADB: failure('the file is not an SQLite database', 'Let DB_PATH name another file.'),
};

/** @returns undefined for what has other causes than the connection */
export function explainConnection(error: unknown): ConnectionFailure | undefined {
  const { code, message } = error as { code?: string; message?: string };
  // libsql gives no code for a file that it cannot open, only SQLite's number in the text.
  const [, path] =
    /^ConnectionFailed\("Unable to open connection to local database (.*): 14"\)$/s.exec(message ?? '') ?? [];
  if (path !== undefined) return isFolder(path) ? failure('it is a folder', 'Let DB_PATH name a file.') : NOT_OPENED;
  return FAILURES[code ?? ''];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
