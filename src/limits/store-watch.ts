import { Logger } from '@nestjs/common';

/** A store that is away is asked again after this; a hung one costs one request in so long its deadline. */
const ASKED_AGAIN_MS = 1_000;

/** At most one line in so long, however often the store comes and goes. */
const LOGGED_AGAIN_MS = 60_000;

const DEADLINE_STEPS = 10;

/** Asks a store within a deadline, and something else while the store is away. Says so in the log. */
export class StoreWatch {
  private readonly logger = new Logger('Limits');
  /** As far as the last who asked knows. */
  isAway = false;
  private askedAgainAt = 0;
  private loggedAt = -Infinity;
  private isLogged = false;

  /** @param name for the log */
  constructor(
    private readonly name: string,
    private readonly deadlineMs: number,
  ) {}

  async ask<T>(store: () => Promise<T>, instead: () => Promise<T>): Promise<T> {
    const now = performance.now();
    if (this.isAway && now < this.askedAgainAt) return instead();
    // Before the answer: of many requests one finds out.
    this.askedAgainAt = now + ASKED_AGAIN_MS;
    try {
      const answer = await withDeadline(store(), this.deadlineMs);
      this.isBack();
      return answer;
    } catch (error) {
      this.failed(error);
      return instead();
    }
  }

  failed(error: unknown): void {
    const now = performance.now();
    if (!this.isAway) this.askedAgainAt = now + ASKED_AGAIN_MS;
    this.isAway = true;
    if (now - this.loggedAt < LOGGED_AGAIN_MS) return;
    this.loggedAt = now;
    this.isLogged = true;
    this.logger.warn(
      `${this.name} does not count the limits (${reasonOf(error)}). Each process counts in its memory until it is back.`,
    );
  }

  isBack(): void {
    this.isAway = false;
    if (!this.isLogged) return;
    this.isLogged = false;
    this.logger.warn(`${this.name} counts the limits again.`);
  }
}

/** The message may hold the address of the store, or a statement. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return [code, name].find((word) => typeof word === 'string') ?? 'unknown';
}

/**
 * In steps, each of which lets the process read what has arrived: a process that is busy itself, as in a burst of
 * guesses, must not blame the store and count in its memory instead.
 */
function withDeadline<T>(answer: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let steps = 0;
    const step = () => {
      if (++steps === DEADLINE_STEPS) reject(new DeadlineError());
    };
    const timer = setInterval(step, ms / DEADLINE_STEPS);
    answer.then(resolve, reject).finally(() => clearInterval(timer));
  });
}

class DeadlineError extends Error {
  readonly code = 'no answer in time';
}
