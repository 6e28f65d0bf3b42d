import type { PoolConnection } from 'mysql2';
import { type IRateLimiterOptions, RateLimiterMySQL, type RateLimiterStoreAbstract } from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import type { DatabaseSettings } from '../config/settings.js';

export const COUNTER_TABLE = 'rate_limits';

/** Counters that all processes on one database share. */
export interface CounterTable {
  limiter(options: IRateLimiterOptions & { inMemoryBlockOnConsumed?: number }): RateLimiterStoreAbstract;
  /** @returns how many rows it deleted, of those that expired */
  deleteExpired(atMost: number): Promise<number>;
}

type PoolClient = Pick<Pool, 'getConnection'>;

interface Pool {
  getConnection(done: (error: Error | null, connection?: PoolConnection) => void): void;
}

/** @returns null on SQLite: there one process serves, and its memory will do */
export function counterTable(dataSource: DataSource, database: DatabaseSettings): CounterTable | null {
  if (database.type === 'sqlite') return null;
  const storeClient = poolOf(dataSource);
  return {
    limiter: (options) =>
      new RateLimiterMySQL({
        ...options,
        storeClient,
        storeType: 'pool',
        dbName: database.name,
        tableName: COUNTER_TABLE,
        // By a migration of ours; its own clearing has a timer that outlives the pool, and one DELETE for all rows.
        tableCreated: true,
        clearExpiredByTimeout: false,
      }),
    deleteExpired: (atMost) => deleteExpired(dataSource, atMost),
  };
}

/** Looked up at each use: TypeORM makes the pool when it connects, which may be long after the start. */
function poolOf({ driver }: DataSource): PoolClient {
  return {
    getConnection: (done) => {
      const { pool } = driver as { pool?: Pool };
      if (pool) pool.getConnection(done);
      else done(new Error('The database is not connected yet.'));
    },
  };
}

/** By the primary key: a range of `expire` would lock rows, and gaps between them, that requests wait for. */
async function deleteExpired(dataSource: DataSource, atMost: number): Promise<number> {
  const now = Date.now();
  const rows = await dataSource.query<{ key: string }[]>(
    `SELECT \`key\` FROM ${COUNTER_TABLE} WHERE expire < ? ORDER BY expire LIMIT ?`,
    [now, atMost],
  );
  if (rows.length === 0) return 0;
  const keys = rows.map(({ key }) => key);
  await dataSource.query(`DELETE FROM ${COUNTER_TABLE} WHERE \`key\` IN (?) AND expire < ?`, [keys, now]);
  return rows.length;
}
