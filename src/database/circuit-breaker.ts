import { Logger } from '@nestjs/common';

/** So many in a row are no accident. */
const FAILURES_TO_OPEN = 5;

/** Between two looks at a database that was given up; also how much sooner it could have been found well again. */
const PROBE_INTERVAL_MS = 250;

/**
 * Stops asking a database that does not answer, so that nobody waits for it in vain and it is not run over when it comes
 * back. It looks for itself whether it has: no request has to find out.
 * (M. Nygard, Release It!, "Circuit Breaker". Not by a library: those see a promise, here a connection and the
 * statements on it are one.)
 */
export class CircuitBreaker {
  isOpen = false;
  private readonly logger = new Logger('Database');
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param probe resolves when the database answers */
  constructor(private readonly probe: () => Promise<void>) {}

  succeeded(): void {
    this.failures = 0;
  }

  failed(error: unknown): void {
    this.failures += 1;
    if (this.isOpen || this.failures < FAILURES_TO_OPEN) return;
    this.isOpen = true;
    this.logger.error(`The database does not answer (${nameOf(error)}): requests that need it get 503 until it does.`);
    this.probeSoon();
  }

  /** For good: nobody needs to know any more. */
  stop(): void {
    clearTimeout(this.timer);
  }

  private probeSoon(): void {
    this.timer = setTimeout(() => {
      this.probe().then(
        () => this.close(),
        () => this.probeSoon(),
      );
    }, PROBE_INTERVAL_MS).unref();
  }

  private close(): void {
    this.isOpen = false;
    this.failures = 0;
    this.logger.warn('The database answers again.');
  }
}

/** Not its message, which names hosts and users. */
function nameOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? 'unknown';
}
