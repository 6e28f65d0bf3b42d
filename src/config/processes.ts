import { availableParallelism } from 'node:os';
import type { Environment } from './environment.js';
import type { DatabaseSettings } from './settings.js';

/** What libuv makes, once, when the process starts, if nobody says otherwise. */
const DEFAULT_THREADS = 4;

/** @returns how many processes serve */
export function readWorkers(env: Environment, database: DatabaseSettings, redisUrl: string | undefined): number {
  const isAuto = env.text('WEB_CONCURRENCY') === 'auto';
  const workers = isAuto
    ? availableParallelism()
    : env.integer('WEB_CONCURRENCY', { min: 1, max: 256, fallback: 1 }, 'or auto');
  if (workers > 1 && database.type === 'sqlite' && redisUrl === undefined) {
    env.fault(
      'WEB_CONCURRENCY',
      'over 1 needs MySQL or MariaDB, or REDIS_URL: the limits of a login must hold for all',
    );
  }
  return workers;
}

/** The processes share the cores; one thread of the pool always stays free for files and DNS. */
export function readHashConcurrency(env: Environment, workers: number): number {
  const threads = env.integer('UV_THREADPOOL_SIZE', {
    min: 2,
    max: 1024,
    fallback: workers > 1 ? threadsOfWorker() : DEFAULT_THREADS,
  });
  const fallback = Math.min(Math.ceil(availableParallelism() / workers), threads - 1);
  const concurrency = env.integer('HASH_CONCURRENCY', { min: 1, max: 512, fallback });
  if (concurrency >= threads) {
    env.fault('HASH_CONCURRENCY', `must be less than the thread pool, which has ${threads}: raise UV_THREADPOOL_SIZE`);
  }
  return concurrency;
}

/** One of several processes gets as many as `scripts/thread-pool.cjs` gives to one: a core each, and four for files and DNS. */
export function threadsOfWorker(): number {
  return availableParallelism() + 4;
}
