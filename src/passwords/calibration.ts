import type { CostTime, HashRate } from './hash-speed.js';

/** What is asked of new installations; OWASP's Password Storage Cheat Sheet asks for 10 at least. */
const USUAL_COST = 12;
const LEAST_COST = 10;

/** A login that takes longer than this is felt as broken. */
const SLOWEST_LOGIN_MS = 1000;

/**
 * Whoever would wait longer for their turn is asked to come again: with the hash itself, two seconds is what people bear.
 */
export const LONGEST_QUEUE_MS = 1_250;

/** The rest of the best rate is not worth a further core. */
const ALMOST_BEST = 0.95;

/** @returns the highest cost that takes no longer than the target; never below 12 unless the machine cannot do that */
export function proposeCost(times: readonly CostTime[], targetMs: number): number {
  const within = times.filter(({ milliseconds }) => milliseconds <= targetMs).map(({ cost }) => cost);
  const usual = times.find(({ cost }) => cost === USUAL_COST);
  const canUsual = usual !== undefined && usual.milliseconds <= SLOWEST_LOGIN_MS;
  return canUsual ? Math.max(USUAL_COST, ...within) : LEAST_COST;
}

/** @returns how many hashes at once: the fewest that reach almost the best rate */
export function proposeConcurrency(rates: readonly HashRate[]): HashRate {
  const best = Math.max(...rates.map(({ perSecond }) => perSecond));
  const enough = rates
    .filter(({ perSecond }) => perSecond >= best * ALMOST_BEST)
    .sort((a, b) => a.concurrency - b.concurrency);
  return enough[0] ?? { concurrency: 1, perSecond: 0 };
}

/** Of one process: the processes share what the machine can do. */
export function shareOf(concurrency: number, processes: number): number {
  return Math.max(1, Math.floor(concurrency / processes));
}

/** @returns how many at once are worth measuring: all up to a few, else quarters of the cores, and one more than those */
export function concurrenciesFor(cores: number): number[] {
  const steps =
    cores <= 4
      ? Array.from({ length: cores }, (_, i) => i + 1)
      : [1, ...[1, 2, 3, 4].map((i) => Math.round((cores * i) / 4))];
  return [...steps, cores + 1];
}
