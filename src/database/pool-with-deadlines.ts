import type mysql from 'mysql2';
import type { DataSource } from 'typeorm';
import { CircuitBreaker } from './circuit-breaker.js';
import { DatabaseUnavailableError, isRefusing, isUnreachable } from './database-unavailable.error.js';
import { destroyIdle, waitingIn } from './pool-use.js';

/** Whether the database is well is found out sooner than a request may wait. */
const PROBE_DEADLINE_MS = 1_000;

/** How many wait for a connection, for each there is; fewer while statements take long. */
const WAITING_PER_CONNECTION = 20;

/** Whoever would wait for longer than this part of the deadline is refused at once, not when it is over. */
const LONGEST_WAIT_SHARE = 0.5;

/** How much the newest statement counts for how long one takes. */
const WEIGHT = 0.1;

/** What a statement gets at least, however long it took to get the connection: a good one must not be lost for nothing. */
const LEAST_SHARE = 0.25;

type Callback<T = unknown> = (error: Error | null, result?: T, ...rest: unknown[]) => void;
type Query = (...args: unknown[]) => unknown;

export const queueLimitOf = (poolSize: number): number => poolSize * WAITING_PER_CONNECTION;

const breakers = new WeakMap<object, CircuitBreaker>();

/** The breaker of TypeORM's pool; none on SQLite, and before there is a pool. */
export function breakerOf({ driver }: DataSource): CircuitBreaker | undefined {
  const { pool } = driver as { pool?: object };
  return pool && breakers.get(pool);
}

/**
 * A pool on which nothing waits for ever. mysql2 waits without end for a connection that is free, and after the time-out
 * of a statement it hands the connection, on which the server still works, to the next one.
 * @param deadlineMs for a connection and the first statement on it together, then for each statement
 */
export function withDeadlines(pool: mysql.Pool, deadlineMs: number): mysql.Pool {
  const acquire = pool.getConnection.bind(pool);
  const breaker = new CircuitBreaker(() => {
    // A line may have died without a word while they lay idle: each would take the time of a probe to show it.
    destroyIdle(pool);
    return answers(acquire);
  });
  const leases = new WeakMap<mysql.PoolConnection, number>();
  const pace = { statementMs: 0 };
  pool.prependListener('connection', (connection: mysql.PoolConnection) =>
    limitStatements(connection, deadlineMs, breaker, leases, pace),
  );
  const isHopeless = () => waitingIn(pool) * pace.statementMs > LONGEST_WAIT_SHARE * deadlineMs;
  pool.getConnection = (callback) => {
    if (breaker.isOpen || isHopeless()) {
      process.nextTick(callback as Callback, new DatabaseUnavailableError('not worth waiting for'));
      return;
    }
    const from = performance.now();
    // How long one waits here says nothing about the database: it may be busy with the others.
    const settle = once(deadlineMs, callback as Callback);
    acquire((error, connection) => {
      // Mysql2 says that nobody may wait any more by an error without a code.
      const refusal = error;
      const failure = refusal && new DatabaseUnavailableError('no connection', refusal);
      if (!failure) leases.set(connection, from);
      else if (refusal.code !== undefined) breaker.failed(refusal);
      if (!settle(failure, connection) && !failure) connection.release();
    });
  };
  breakers.set(pool, breaker);
  return pool;
}

/** A statement over its time takes its connection with it: the server may still be at work on it. */
function limitStatements(
  connection: mysql.PoolConnection,
  deadlineMs: number,
  breaker: CircuitBreaker,
  leases: WeakMap<mysql.PoolConnection, number>,
  pace: { statementMs: number },
): void {
  const query = connection.query.bind(connection) as Query;
  const limited: Query = (...args) => {
    const callback = args.at(-1);
    if (typeof callback !== 'function') return query(...args);
    const waitedMs = performance.now() - (leases.get(connection) ?? performance.now());
    leases.delete(connection);
    const remainingMs = Math.max(LEAST_SHARE * deadlineMs, deadlineMs - waitedMs);
    const settle = once(remainingMs, callback as Callback, (error) => {
      breaker.failed(error);
      connection.destroy();
    });
    const from = performance.now();
    return query(...args.slice(0, -1), (error: Error | null, ...rest: unknown[]) => {
      pace.statementMs += WEIGHT * (performance.now() - from - pace.statementMs);
      if (error && isUnreachable(error)) breaker.failed(error);
      else breaker.succeeded();
      settle(error && translate(error), ...rest);
    });
  };
  connection.query = limited as typeof connection.query;
  // The counters do not wait for it, and give the connection back at once: whoever gets it next would wait for both.
  const rollback = (callback?: Callback) => limited('ROLLBACK', callback ?? destroyOnError(connection));
  connection.rollback = rollback as typeof connection.rollback;
}

/** A connection whose transaction could not be ended is no good to the next one. */
function destroyOnError(connection: mysql.PoolConnection): Callback {
  return (error) => {
    if (error) connection.destroy();
  };
}

/** Calls back once: with what came, or with an error when the time is over. @returns what says whether it was in time */
function once(ms: number, callback: Callback, giveUp?: (error: Error) => void) {
  let isSettled = false;
  const timer = setTimeout(() => {
    isSettled = true;
    const error = new DatabaseUnavailableError('no answer in time', { code: 'ETIMEDOUT' });
    giveUp?.(error);
    callback(error);
  }, ms);
  return (...answer: Parameters<Callback>): boolean => {
    if (isSettled) return false;
    isSettled = true;
    clearTimeout(timer);
    callback(...answer);
    return true;
  };
}

function translate(error: Error): Error {
  if (isUnreachable(error) || isRefusing(error)) return new DatabaseUnavailableError('refused by the database', error);
  return error;
}

/** One statement on a connection of the pool, past the breaker. */
function answers(acquire: mysql.Pool['getConnection']): Promise<void> {
  return new Promise((resolve, reject) => {
    let connection: mysql.PoolConnection | undefined;
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      connection?.destroy();
      reject(new Error('no answer in time'));
    }, PROBE_DEADLINE_MS);
    acquire((error, acquired) => {
      if (error) {
        clearTimeout(timer);
        reject(error);
        return;
      }
      if (isOver) {
        acquired.release();
        return;
      }
      connection = acquired;
      acquired.query('SELECT 1', (failure) => {
        clearTimeout(timer);
        if (!isOver) acquired.release();
        if (failure) reject(failure);
        else resolve();
      });
    });
  });
}
