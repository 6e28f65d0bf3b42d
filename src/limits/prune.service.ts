import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CountersService } from './counters.service.js';

/** Small, because requests wait for their turn at the table. */
const BATCH = 200;
const PAUSE_MS = 100;

const INTERVAL_MS = 10 * 60 * 1000;

/** Deletes the counts that expired. Every process does it, each at its own time. */
@Injectable()
export class PruneService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Limits');
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly counters: CountersService) {}

  onApplicationBootstrap(): void {
    this.wait(INTERVAL_MS * Math.random());
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => void this.pruneAndWait(), ms).unref();
  }

  private async pruneAndWait(): Promise<void> {
    let isMore = false;
    try {
      isMore = (await this.counters.deleteExpired(BATCH)) === BATCH;
    } catch (error) {
      this.logger.warn(`Old counts could not be deleted, next try in a while: ${(error as Error).name}`);
    }
    if (this.timer) this.wait(isMore ? PAUSE_MS : INTERVAL_MS);
  }
}
