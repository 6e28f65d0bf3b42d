import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { type CounterTable, counterTable } from '../database/counter-table.js';
import { Counter, type CounterOptions } from './counter.js';
import { RedisStore } from './redis-store.js';
import { StoreWatch } from './store-watch.js';

/** What a request waits for a count before it goes on without: together with one statement's deadline not 3 s. */
const STORE_DEADLINE_MS = 500;

/** What a command waits for Redis. */
const CONNECT_AT_MOST_MS = 2_000;

/** Where what is counted or forgotten holds: for all processes, for this one alone, or for this one while the store is away. */
export type CountersReach = 'all_processes' | 'this_process' | 'store_is_away';

/** Makes counters that hold for all processes: in Redis if the settings name one, else in a database that is a server. */
@Injectable()
export class CountersService implements OnApplicationShutdown {
  private readonly table: CounterTable | null;
  private readonly redis: RedisStore | null;
  private readonly watch: StoreWatch;

  constructor(dataSource: DataSource, @Inject(SETTINGS) { database, redisUrl }: Settings) {
    this.table = redisUrl === undefined ? counterTable(dataSource, database) : null;
    const watch = new StoreWatch(redisUrl ? 'Redis' : 'The database', STORE_DEADLINE_MS);
    this.watch = watch;
    this.redis = redisUrl
      ? new RedisStore(redisUrl, { onError: (error) => watch.failed(error), onReady: () => watch.isBack() })
      : null;
  }

  /** @param isBlockedInMemory a key without points left is refused by this process until it expires, unasked */
  counter(options: CounterOptions, isBlockedInMemory = false): Counter {
    const { name, points, seconds } = options;
    const store = this.redis ?? this.table;
    const limiter: RateLimiterAbstract | undefined = store?.limiter({
      keyPrefix: name,
      points,
      duration: seconds,
      ...(isBlockedInMemory && { inMemoryBlockOnConsumed: points }),
    });
    return new Counter(options, limiter ? { limiter, watch: this.watch } : null);
  }

  /** For who uses a counter in the first moments of a process, and minds whether it counts for all. */
  async connecting(): Promise<void> {
    await this.redis?.connecting(CONNECT_AT_MOST_MS);
  }

  /** Of what was done last. */
  get reach(): CountersReach {
    if (!this.redis && !this.table) return 'this_process';
    return this.watch.isAway ? 'store_is_away' : 'all_processes';
  }

  /** One batch of the rows that expired; Redis and the memory forget by themselves. @returns how many there were */
  async deleteExpired(atMost: number): Promise<number> {
    return (await this.table?.deleteExpired(atMost)) ?? 0;
  }

  onApplicationShutdown(): void {
    this.redis?.close();
  }
}
