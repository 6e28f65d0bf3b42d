import { createHash } from 'node:crypto';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { retryDeadlock } from '../database/retry.js';
import type { StoreWatch } from './store-watch.js';

/** What fits into the column of MySQL, whatever a proxy says that an address is. */
const KEY = /^[\x21-\x7e]{1,150}$/;

/** How far the clocks of those who share a store may differ. */
const MAX_SKEW_MS = 60_000;

export interface CounterOptions {
  /** Keys of different names never meet. */
  readonly name: string;
  /** How much `consume` grants. */
  readonly points: number;
  /** When a count starts anew, from its first point on; 0 for never. */
  readonly seconds: number;
}

export interface SharedStore {
  readonly limiter: RateLimiterAbstract;
  readonly watch: StoreWatch;
}

/** What rate-limiter-flexible's types do not tell. */
interface BlocksInMemory {
  getKey(key: string): string;
  getInMemoryBlockMsBeforeExpire(storeKey: string): number;
}

/**
 * Counts by key, in the store that all processes share; while that is away, or without one, in the memory of this one.
 * No method throws for a store that is away.
 */
export class Counter {
  private readonly memory: RateLimiterMemory;
  private readonly seconds: number;

  constructor(
    { name, points, seconds }: CounterOptions,
    private readonly shared: SharedStore | null,
  ) {
    this.seconds = seconds;
    this.memory = new RateLimiterMemory({ keyPrefix: name, points, duration: seconds });
  }

  /**
   * Takes one point if there is one left. Of several at once no more get one than there are.
   * @param seconds in the place of the counter's own
   * @returns 0, or in how many milliseconds to come back
   */
  async consume(key: string, seconds?: number): Promise<number> {
    const blockedMs = this.msBlockedInMemory(key);
    if (blockedMs > 0) return blockedMs;
    return this.run(async (limiter) => {
      const ms = await consumeOne(limiter, keyOf(key), seconds);
      if (ms <= this.longestMs(seconds)) return ms;
      // The clock was set back since: what began then would last as long as that.
      await limiter.delete(keyOf(key));
      return consumeOne(limiter, keyOf(key), seconds);
    });
  }

  /** Adds one point, whatever there is left. @returns the points with it */
  add(key: string, seconds?: number): Promise<number> {
    return this.run(async (limiter) => (await limiter.penalty(keyOf(key), 1, lasting(seconds))).consumedPoints);
  }

  /** Takes one point back. @returns the points without it; negative if the count was reset meanwhile */
  takeBack(key: string, seconds?: number): Promise<number> {
    return this.run(async (limiter) => (await limiter.reward(keyOf(key), 1, lasting(seconds))).consumedPoints);
  }

  /**
   * The points, and in how many milliseconds they expire; 0 also for a time that only a clock set back explains.
   * @param seconds for how long they were made at most, in the place of the counter's own
   */
  read(key: string, seconds?: number): Promise<{ points: number; msLeft: number }> {
    return this.run(async (limiter) => {
      const found = await limiter.get(keyOf(key));
      const msLeft = found?.msBeforeNext ?? 0;
      return { points: found?.consumedPoints ?? 0, msLeft: msLeft <= this.longestMs(seconds) ? msLeft : 0 };
    });
  }

  /** Forgets the key, also what this process counted while the store was away. @returns whether there was anything */
  async reset(key: string): Promise<boolean> {
    const wasInMemory = await this.memory.delete(keyOf(key));
    const wasInStore = await this.run((limiter) => limiter.delete(keyOf(key)));
    return wasInMemory || wasInStore;
  }

  /** What the store refused is refused without it until then, which says nothing about how the store is now. */
  private msBlockedInMemory(key: string): number {
    const limiter = this.shared?.limiter as Partial<BlocksInMemory> | undefined;
    return limiter?.getInMemoryBlockMsBeforeExpire?.(limiter.getKey?.(keyOf(key)) ?? '') ?? 0;
  }

  private longestMs(seconds = this.seconds): number {
    return seconds > 0 ? seconds * 1000 + MAX_SKEW_MS : Infinity;
  }

  private run<T>(operate: (limiter: RateLimiterAbstract) => Promise<T>): Promise<T> {
    if (!this.shared) return operate(this.memory);
    const { limiter, watch } = this.shared;
    return watch.ask(
      () => retryDeadlock(() => operate(limiter)),
      () => operate(this.memory),
    );
  }
}

async function consumeOne(limiter: RateLimiterAbstract, key: string, seconds: number | undefined): Promise<number> {
  try {
    await limiter.consume(key, 1, lasting(seconds));
    return 0;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext);
    throw refused;
  }
}

function keyOf(key: string): string {
  return KEY.test(key) ? key : createHash('sha256').update(key).digest('base64url');
}

const lasting = (seconds: number | undefined) => (seconds === undefined ? {} : { customDuration: seconds });
