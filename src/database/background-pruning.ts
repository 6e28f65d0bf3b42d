import { Inject, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { USED_BY, type UsedBy } from './used-by.js';

/** Small, because other requests wait for their turn at the table, and on SQLite at the process. */
export const PRUNE_BATCH = 200;
const PAUSE_MS = 100;

const INTERVAL_MS = 10 * 60 * 1000;

/** Deletes the old rows of a table. Every process of a server does it, each at its own time. */
export abstract class BackgroundPruning implements OnApplicationBootstrap, OnApplicationShutdown {
  /** The table that it looks after. */
  abstract readonly table: string;

  private readonly logger = new Logger(this.constructor.name);
  private timer: NodeJS.Timeout | undefined;

  /** Not in the constructor: each that extends this has dependencies of its own there. */
  @Inject(USED_BY) private readonly usedBy!: UsedBy;

  onApplicationBootstrap(): void {
    if (this.usedBy === 'server') this.wait(INTERVAL_MS * Math.random());
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** One batch of `PRUNE_BATCH` rows. @returns how many rows it deleted */
  abstract prune(): Promise<number>;

  private wait(ms: number): void {
    this.timer = setTimeout(() => void this.pruneAndWait(), ms).unref();
  }

  private async pruneAndWait(): Promise<void> {
    let isMore = false;
    try {
      isMore = (await this.prune()) === PRUNE_BATCH;
    } catch (error) {
      this.logger.warn(`Old rows could not be deleted, next try in a while: ${(error as Error).name}`);
    }
    if (this.timer) this.wait(isMore ? PAUSE_MS : INTERVAL_MS);
  }
}
