import { Inject, Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { AppError } from '../http/app-error.js';
import { hashActive, hashQueued, hashRejected, hashWait } from '../monitoring/metrics.js';
import { LONGEST_QUEUE_MS } from './calibration.js';

/** bcrypt on a common core; what is measured takes its place. Each step of the cost takes twice as long. */
const COST_12_MS = 250;

/** How much a new measurement counts. */
const WEIGHT = 0.2;

/**
 * Hashes a bounded number of passwords at once, with a bounded queue in front. Hashing is the one thing that costs the
 * server more than the client: without a gate a flood of logins makes everybody wait longer and longer, and takes all
 * threads of libuv's pool, which file reads and DNS share.
 */
@Injectable()
export class HashingGate {
  private readonly concurrency: number;
  private readonly limit: LimitFunction;
  /** Of those that hash, wait to, or are on their way there. */
  private places = 0;
  /** Of one hash, while as many run as may. */
  private meanMs: number;

  constructor(@Inject(SETTINGS) { passwords }: Settings) {
    this.concurrency = passwords.hashConcurrency;
    this.limit = pLimit(this.concurrency);
    this.meanMs = COST_12_MS * 2 ** (passwords.bcryptCost - 12);
  }

  /** @throws AppError `service_unavailable`, with `Retry-After`, if the queue is full */
  run<T>(hash: () => Promise<T>): Promise<T> {
    return this.occupy(() => this.inTurn(hash));
  }

  /**
   * Takes a place while the work lasts that leads up to a hash: of those who come while others ask the database, no more
   * are let in than can be served.
   * @throws AppError `service_unavailable`
   */
  occupy<T>(work: () => Promise<T>): Promise<T> {
    this.expectRoom();
    this.places += 1;
    return work().finally(() => {
      this.places -= 1;
    });
  }

  private expectRoom(): void {
    if (this.waitMs() > LONGEST_QUEUE_MS) {
      hashRejected.inc();
      throw new AppError('service_unavailable', {
        headers: { 'retry-after': String(Math.ceil(LONGEST_QUEUE_MS / 1000)) },
      });
    }
  }

  private inTurn<T>(hash: () => Promise<T>): Promise<T> {
    const queuedAt = performance.now();
    hashQueued.inc();
    return this.limit(() => {
      hashQueued.dec();
      hashWait.observe((performance.now() - queuedAt) / 1000);
      return this.measure(hash);
    });
  }

  /** What one who comes now would wait for the first thread that becomes free, about. */
  private waitMs(): number {
    const ahead = this.places - this.concurrency;
    return ahead < 0 ? 0 : ((ahead + 1) / this.concurrency) * this.meanMs;
  }

  private async measure<T>(hash: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    hashActive.inc();
    try {
      return await hash();
    } finally {
      hashActive.dec();
      this.meanMs += WEIGHT * (performance.now() - startedAt - this.meanMs);
    }
  }
}
