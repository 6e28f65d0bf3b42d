import { Inject, Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { AppError } from '../http/app-error.js';
import { hashActive, hashQueued, hashRejected, hashWait } from '../monitoring/metrics.js';

/** Whoever would wait longer for their turn is asked to come again: two seconds for all of it is what people bear. */
const MAX_WAIT_MS = 1_500;

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
  /** Of one hash, while as many run as may. */
  private meanMs: number;

  constructor(@Inject(SETTINGS) { passwords }: Settings) {
    this.concurrency = passwords.hashConcurrency;
    this.limit = pLimit(this.concurrency);
    this.meanMs = COST_12_MS * 2 ** (passwords.bcryptCost - 12);
  }

  /** @throws AppError `service_unavailable`, with `Retry-After`, if the queue is full */
  run<T>(hash: () => Promise<T>): Promise<T> {
    this.expectRoom();
    const queuedAt = performance.now();
    hashQueued.inc();
    return this.limit(() => {
      hashQueued.dec();
      hashWait.observe((performance.now() - queuedAt) / 1000);
      return this.measure(hash);
    });
  }

  /**
   * Before anything is done for somebody who will be sent away.
   * @throws AppError `service_unavailable`
   */
  expectRoom(): void {
    if (this.waitMs() > MAX_WAIT_MS) {
      hashRejected.inc();
      throw new AppError('service_unavailable', { headers: { 'retry-after': String(Math.ceil(MAX_WAIT_MS / 1000)) } });
    }
  }

  /** What one who comes now would wait for the first thread that becomes free, about. */
  private waitMs(): number {
    if (this.limit.activeCount < this.concurrency) return 0;
    return ((this.limit.pendingCount + 1) / this.concurrency) * this.meanMs;
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
