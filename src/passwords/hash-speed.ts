import { hashPassword, verifyPassword } from './bcrypt-sha256.js';

const PASSWORD = 'as long as many people choose';

/** How long one hash takes with nothing beside it. */
export interface CostTime {
  readonly cost: number;
  readonly milliseconds: number;
  /** Reckoned from the cost below, of which each step takes twice as long: the time for measuring was over. */
  readonly isReckoned: boolean;
}

export interface HashRate {
  readonly concurrency: number;
  readonly perSecond: number;
}

/**
 * Hashes one password after the other. The quickest of a few counts: another program can only make one slower.
 * @param budgetMs for all costs together
 */
export async function measureCosts(costs: readonly number[], budgetMs: number): Promise<CostTime[]> {
  const start = performance.now();
  const times: CostTime[] = [];
  for (const cost of costs) {
    const expected = (times.at(-1)?.milliseconds ?? 0) * 2;
    const left = () => budgetMs - (performance.now() - start);
    if (expected > left()) {
      times.push({ cost, milliseconds: expected, isReckoned: true });
      continue;
    }
    let quickest = Infinity;
    for (let round = 0; round < 4 && (round === 0 || quickest < left() / 3); round++) {
      quickest = Math.min(quickest, await timeOf(() => hashPassword(PASSWORD, cost)));
    }
    times.push({ cost, milliseconds: quickest, isReckoned: false });
  }
  return times;
}

/**
 * Verifies passwords side by side, as logins do. What was begun in time is waited for and its time counts.
 * libuv's pool must have a thread for each: it is sized when the process starts.
 */
export async function measureRate(cost: number, concurrency: number, milliseconds: number): Promise<HashRate> {
  const stored = await hashPassword(PASSWORD, cost);
  const start = performance.now();
  let done = 0;
  const verifyOn = async () => {
    do {
      await verifyPassword(PASSWORD, stored);
      done += 1;
    } while (performance.now() - start < milliseconds);
  };
  await Promise.all(Array.from({ length: concurrency }, verifyOn));
  return { concurrency, perSecond: (done / (performance.now() - start)) * 1000 };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
