import type { QueryValues } from 'mysql2';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { OperatorError } from '../http/operator-error.js';
import { visible } from '../i18n/visible.js';
import { type KeyedTable, pagesByKey } from './key-paging.js';
import type { ServerLocation } from './server-url.js';
import { noKey, noTable, reading } from './source-faults.js';
import { type Source, VALUE_MAX } from './source.js';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The server itself refuses to write in this session. Times are UTC, and a mode of the server's own must not change how
 * a value is quoted or padded.
 */
const SESSION = ["SET SESSION sql_mode = '', time_zone = '+00:00'", 'SET SESSION TRANSACTION READ ONLY'];

/** Of up to 4 GB. */
const LONG_TYPES = new Set(['mediumtext', 'longtext', 'mediumblob', 'longblob']);

/** A table of a MySQL or MariaDB. @throws OperatorError */
export async function openMysqlSource(location: ServerLocation, table: string): Promise<Source> {
  const { host, port, username, database } = location;
  const title = visible(`table ${table} of ${username}@${host}:${port}/${database}`);
  const connection = await reading(visible(`${host}:${port}`), () => connect(location));
  return reading(title, async () => {
    try {
      return await describe(connection, title, table);
    } catch (error) {
      connection.destroy();
      throw error;
    }
  });
}

async function connect(location: ServerLocation): Promise<Connection> {
  const { host, port, username, password, database } = location;
  const connecting = createConnection({
    host,
    port,
    user: username,
    password: password ?? '',
    database,
    charset: 'utf8mb4',
    // As it stands there: no guess of a time zone, no rounded number.
    dateStrings: true,
    supportBigNumbers: true,
    rowsAsArray: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  const connection = await connecting.catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ER_ACCESS_DENIED_ERROR'
      ? new OperatorError(denial(location))
      : error;
  });
  // A connection that breaks while a person thinks is told by the next statement.
  connection.on('error', () => undefined);
  for (const statement of SESSION) await connection.query(statement);
  return connection;
}

function denial({ host, port, username, password }: ServerLocation): string {
  const given = password ? 'with this password' : 'without a password, and none was given (see --help)';
  return `${visible(`${host}:${port}`)} refuses the user ${visible(username)} ${given}.`;
}

async function describe(connection: Connection, title: string, name: string): Promise<Source> {
  const read = async (sql: string, values: readonly unknown[] = []) => {
    const [rows] = await connection.query<RowDataPacket[][]>(sql, values as QueryValues);
    return rows as unknown[][];
  };
  const texts = async (sql: string, values: readonly unknown[] = []) =>
    (await read(sql, values)).map(([text]) => String(text));
  const columns = await read(
    'SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? ' +
      'ORDER BY ordinal_position',
    [name],
  );
  if (columns.length === 0) {
    const tables = await texts('SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()');
    throw noTable(name, tables);
  }
  const keys = await texts(
    'SELECT column_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = ? ' +
      "AND constraint_name = 'PRIMARY' ORDER BY ordinal_position",
    [name],
  );
  if (keys.length === 0) throw noKey(name);
  const [[rowCount] = []] = await read(`SELECT COUNT(*) FROM ${quote(name)}`);
  const long = new Set(columns.filter(([, type]) => LONG_TYPES.has(String(type))).map(([column]) => String(column)));
  const keyed: KeyedTable = {
    table: quote(name),
    keys: keys.map(quote),
    select: (column) => (long.has(column) ? `LEFT(${quote(column)}, ${VALUE_MAX})` : quote(column)),
    read: (sql, values) => reading(title, () => read(sql, values)),
  };
  return {
    title,
    columns: columns.map(([column]) => String(column)),
    rowCount: Number(rowCount),
    pages: (wanted) => pagesByKey(keyed, wanted),
    // One that broke cannot say goodbye.
    close: () => connection.end().catch(() => connection.destroy()),
  };
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
