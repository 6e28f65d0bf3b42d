import type { DataSource } from 'typeorm';

/** What a MySQL or MariaDB says of itself. */
export interface ServerFacts {
  readonly product: 'MariaDB' | 'MySQL';
  readonly version: string;
  /** The oldest version that Kunci runs on; undefined if it is new enough. */
  readonly neededVersion: string | undefined;
  readonly isStrict: boolean;
  /** 1: what was committed is on the disk. */
  readonly flushAtCommit: number;
  /** For this user. */
  readonly maxConnections: number;
  readonly isEncrypted: boolean;
  readonly rights: RightsFacts;
  /** Unix time in milliseconds: ours before and after the question, the server's in between. */
  readonly clock: readonly ClockSample[];
  readonly textColumns: readonly { readonly column: string; readonly collation: string }[];
  /** Tables that are not kept by InnoDB. */
  readonly otherEngines: readonly string[];
}

export interface RightsFacts {
  /** As it is written in a GRANT. */
  readonly user: string;
  /** What its user was granted itself on all of our tables, such as `SELECT`. */
  readonly granted: readonly string[];
  /** Its user has a role, or PUBLIC has rights, so that more may come from there. */
  readonly hasRoles: boolean;
}

export interface ClockSample {
  readonly askedAt: number;
  readonly serverAt: number;
  readonly answeredAt: number;
}

/** @param version as `VERSION()` tells it */
export function productOf(version: string): ServerFacts['product'] {
  return /mariadb/i.test(version) ? 'MariaDB' : 'MySQL';
}

/** @param type as `DB_TYPE` names it */
export const isOtherProduct = ({ product }: Pick<ServerFacts, 'product'>, type: string): boolean =>
  product.toLowerCase() !== type;

/** MySQL ignores CHECK constraints before 8.0.16; MariaDB before 10.6 is no longer maintained. */
const OLDEST = { MariaDB: '10.6.0', MySQL: '8.0.16' } as const;

const VARIABLES = `SELECT VERSION() AS version, @@SESSION.sql_mode AS sqlMode, @@max_connections AS maxConnections,
  @@SESSION.max_user_connections AS maxUserConnections, @@innodb_flush_log_at_trx_commit AS flushAtCommit`;

/** A right on single tables is one on all of ours if there are as many. */
const grantsOn = (tables: readonly string[]) => `
  SELECT PRIVILEGE_TYPE AS privilege FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ?
  UNION SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES
  WHERE GRANTEE = ? AND DATABASE() LIKE TABLE_SCHEMA
  UNION SELECT PRIVILEGE_TYPE FROM information_schema.TABLE_PRIVILEGES
  WHERE GRANTEE = ? AND TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (${tables.map(() => '?').join(', ')})
  GROUP BY PRIVILEGE_TYPE HAVING COUNT(*) = ${tables.length}`;

export async function readServerFacts(dataSource: DataSource): Promise<ServerFacts> {
  const clock: ClockSample[] = [];
  for (let i = 0; i < 3; i++) clock.push(await readClock(dataSource));
  const { version, sqlMode, maxConnections, maxUserConnections, flushAtCommit } = await one<{
    version: string;
    sqlMode: string;
    maxConnections: number | string;
    maxUserConnections: number | string;
    flushAtCommit: number | string;
  }>(dataSource, VARIABLES);
  const product = productOf(version);
  const cipher = await one<{ Value: string }>(dataSource, "SHOW SESSION STATUS LIKE 'Ssl_cipher'");
  return {
    product,
    version,
    neededVersion: isOlder(version, OLDEST[product]) ? OLDEST[product] : undefined,
    isStrict: /STRICT_(TRANS|ALL)_TABLES/.test(sqlMode),
    flushAtCommit: Number(flushAtCommit),
    // 0 means: no limit of its own for the user.
    maxConnections: Math.min(Number(maxConnections), Number(maxUserConnections) || Infinity),
    isEncrypted: cipher.Value !== '',
    rights: await readRights(dataSource),
    clock,
    ...(await readTables(dataSource)),
  };
}

/** @param version such as `10.11.19-MariaDB-log` or `8.4.3` */
export function isOlder(version: string, oldest: string): boolean {
  // MariaDB put this in front for old clients, and some proxies still do.
  const numbers = (text: string) =>
    text
      .replace(/^5\.5\.5-/, '')
      .match(/\d+/g)
      ?.slice(0, 3)
      .map(Number) ?? [];
  const [a, b] = [numbers(version), numbers(oldest)];
  const i = [0, 1, 2].find((index) => a[index] !== b[index]);
  return i !== undefined && (a[i] ?? 0) < (b[i] ?? 0);
}

async function one<T>(dataSource: DataSource, sql: string): Promise<T> {
  const [row] = await dataSource.query<[T]>(sql);
  return row;
}

async function readClock(dataSource: DataSource): Promise<ClockSample> {
  const askedAt = Date.now();
  const { seconds } = await one<{ seconds: string }>(dataSource, 'SELECT UNIX_TIMESTAMP(NOW(3)) AS seconds');
  return { askedAt, serverAt: Number(seconds) * 1000, answeredAt: Date.now() };
}

async function readRights(dataSource: DataSource): Promise<RightsFacts> {
  const { me } = await one<{ me: string }>(dataSource, 'SELECT CURRENT_USER() AS me');
  const at = me.lastIndexOf('@');
  const user = `'${me.slice(0, at)}'@'${me.slice(at + 1)}'`;
  const tables = dataSource.entityMetadatas.map(({ tableName }) => tableName);
  const rows = await dataSource.query<{ privilege: string }[]>(grantsOn(tables), [user, user, user, ...tables]);
  const grants = await dataSource.query<Record<string, string>[]>('SHOW GRANTS');
  return {
    user,
    granted: rows.map(({ privilege }) => privilege),
    hasRoles: grants.flatMap((row) => Object.values(row)).some(isOfRole),
  };
}

/** @param grant such as "GRANT `staff` TO `kunci`@`%`", where one of rights would say ON what */
export function isOfRole(grant: string): boolean {
  return !grant.includes(' ON ') || / TO `?PUBLIC`?/.test(grant);
}

async function readTables(dataSource: DataSource): Promise<Pick<ServerFacts, 'textColumns' | 'otherEngines'>> {
  const tables = dataSource.entityMetadatas.map(({ tableName }) => tableName);
  const ours = `TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (${tables.map(() => '?').join(', ')})`;
  const columns = await dataSource.query<{ tableName: string; columnName: string; collation: string }[]>(
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS columnName, COLLATION_NAME AS collation
     FROM information_schema.COLUMNS WHERE ${ours} AND COLLATION_NAME IS NOT NULL`,
    tables,
  );
  const engines = await dataSource.query<{ tableName: string }[]>(
    `SELECT TABLE_NAME AS tableName FROM information_schema.TABLES WHERE ${ours} AND ENGINE <> 'InnoDB'`,
    tables,
  );
  return {
    textColumns: columns.map(({ tableName, columnName, collation }) => ({
      column: `${tableName}.${columnName}`,
      collation,
    })),
    otherEngines: engines.map(({ tableName }) => tableName),
  };
}
