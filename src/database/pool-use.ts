import type mysql from 'mysql2';
import type { DataSource } from 'typeorm';

export interface PoolUse {
  readonly active: number;
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

/** What mysql2's pool keeps for itself; it has no public way to ask. */
interface Mysql2Pool {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number; get(index: number): mysql.PoolConnection };
  readonly _connectionQueue: { readonly length: number };
}

/** @returns undefined for SQLite, which has none */
export function poolUse({ driver }: DataSource): PoolUse | undefined {
  const { pool } = driver as { pool?: Mysql2Pool };
  if (!pool) return undefined;
  const idle = pool._freeConnections.length;
  return { active: pool._allConnections.length - idle, idle, waiting: pool._connectionQueue.length };
}

/** How many wait for a connection, for each there is. */
export function waitingIn(pool: mysql.Pool): number {
  const { _connectionQueue: queue, _allConnections: all } = pool as unknown as Mysql2Pool;
  return queue.length / Math.max(1, all.length);
}

/** So that the next one to ask gets a new connection. */
export function destroyIdle(pool: mysql.Pool): void {
  const { _freeConnections: idle } = pool as unknown as Mysql2Pool;
  // Each leaves the list as it is destroyed.
  const all = Array.from({ length: idle.length }, (_, index) => idle.get(index));
  for (const connection of all) connection.destroy();
}
