import type { QueryValues } from 'mysql2';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { visible } from '../i18n/visible.js';
import { type KeyedTable, pagesByKey } from './key-paging.js';
import type { ServerLocation } from './server-url.js';
import { noKey, noTable, reading } from './source-error.js';
import type { Source } from './source.js';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The server itself refuses to write in this session. Times are UTC, and a mode of the server's own must not change how
 * a value is quoted or padded.
 */
const SESSION = ["SET SESSION sql_mode = '', time_zone = '+00:00'", 'SET SESSION TRANSACTION READ ONLY'];

/** A table of a MySQL or MariaDB. @throws SourceError */
export async function openMysqlSource(location: ServerLocation, table: string): Promise<Source> {
  const { host, port, username, database } = location;
  const title = visible(`table ${table} of ${username}@${host}:${port}/${database}`);
  return reading(title, async () => {
    const connection = await connect(location);
    try {
      return await describe(connection, title, table);
    } catch (error) {
      connection.destroy();
      throw error;
    }
  });
}

async function connect({ host, port, username, password, database }: ServerLocation): Promise<Connection> {
  const connection = await createConnection({
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
  // A connection that breaks while a person thinks is told by the next statement.
  connection.on('error', () => undefined);
  for (const statement of SESSION) await connection.query(statement);
  return connection;
}

async function describe(connection: Connection, title: string, name: string): Promise<Source> {
  const read = async (sql: string, values: readonly unknown[] = []) => {
    const [rows] = await connection.query<RowDataPacket[][]>(sql, values as QueryValues);
    return rows as unknown[][];
  };
  const texts = async (sql: string, values: readonly unknown[] = []) =>
    (await read(sql, values)).map(([text]) => String(text));
  const columns = await texts(
    'SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position',
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
  const keyed: KeyedTable = {
    table: quote(name),
    keys: keys.map(quote),
    quote,
    read: (sql, values) => reading(title, () => read(sql, values)),
  };
  return {
    title,
    columns,
    rowCount: Number(rowCount),
    pages: (wanted) => pagesByKey(keyed, wanted),
    // One that broke cannot say goodbye.
    close: () => connection.end().catch(() => connection.destroy()),
  };
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
