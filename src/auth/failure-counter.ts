import type { Counter } from '../limits/counter.js';
import type { CountersService } from '../limits/counters.service.js';
import { LONGEST_WAIT_SECONDS, waitSeconds } from './back-off.js';

export interface FailureRules {
  readonly name: string;
  /** Failures that cost nothing; each attempt after them opens a wait for all others. */
  readonly free: number;
  /** Failures after which nothing is let in until a reset. */
  readonly most: number;
}

/** One attempt, let in or refused. */
export interface Attempt {
  /** 0 if it was let in. */
  readonly refusedSeconds: number;
  /** It was no failure after all, which says nothing about those before it. */
  giveBack(): Promise<void>;
}

/**
 * Failures in a row. An attempt is counted before its outcome is known, so that those of many processes at once are no
 * more than allowed; one that turns out to be no failure takes its point back.
 */
export class FailureCounter {
  private readonly failures: Counter;
  private readonly waits: Counter;

  constructor(
    counters: CountersService,
    private readonly rules: FailureRules,
  ) {
    this.failures = counters.counter({ name: `${rules.name}.failures`, points: 1, seconds: 0 });
    this.waits = counters.counter({ name: `${rules.name}.wait`, points: 1, seconds: LONGEST_WAIT_SECONDS });
  }

  /** @param keptSeconds from the first failure on; 0 for ever */
  async begin(key: string, keptSeconds: number): Promise<Attempt> {
    const { free, most } = this.rules;
    const { points: before } = await this.failures.read(key);
    if (before >= most) return refused(LONGEST_WAIT_SECONDS);
    if (before >= free) {
      const refusedSeconds = await this.openWait(key, before + 1 - free);
      if (refusedSeconds > 0) return refused(refusedSeconds);
      await this.failures.add(key, keptSeconds);
      return this.admitted(key, keptSeconds, true);
    }
    if ((await this.failures.add(key, keptSeconds)) <= free) return this.admitted(key, keptSeconds, false);
    // Of a burst that found free ones left, one that came too late.
    const refusedSeconds = await this.openWait(key, 1);
    if (refusedSeconds === 0) return this.admitted(key, keptSeconds, true);
    await this.takeBack(key, keptSeconds);
    return refused(refusedSeconds);
  }

  async reset(key: string): Promise<void> {
    // Without failures there is no wait that counts.
    if (await this.failures.reset(key)) await this.waits.reset(key);
  }

  private admitted(key: string, keptSeconds: number, hasWait: boolean): Attempt {
    const giveBack = async () => {
      if (hasWait) await this.waits.reset(key);
      await this.takeBack(key, keptSeconds);
    };
    return { refusedSeconds: 0, giveBack };
  }

  /** @returns 0 for the one that opened it; for all others the seconds that are left */
  private async openWait(key: string, attempt: number): Promise<number> {
    // Reading costs the store less than losing does.
    const { msLeft } = await this.waits.read(key, waitSeconds(attempt));
    const ms = msLeft > 0 ? msLeft : await this.waits.consume(key, waitSeconds(attempt));
    return Math.ceil(ms / 1000);
  }

  /** A count that was reset meanwhile must not stay below 0; one at 0 that would expire anyway need not be kept. */
  private async takeBack(key: string, keptSeconds: number): Promise<void> {
    const left = await this.failures.takeBack(key, keptSeconds);
    if (left < (keptSeconds > 0 ? 1 : 0)) await this.failures.reset(key);
  }
}

const refused = (refusedSeconds: number): Attempt => ({ refusedSeconds, giveBack: () => Promise.resolve() });
