import { AppError } from '../http/app-error.js';

interface Line {
  inside: number;
  /** In the order in which they came. */
  readonly waiting: Set<() => void>;
}

/**
 * Lets few through at once of those with the same key; the others wait in line, and not for long. Within one process:
 * what must hold for all is counted in the store, and this keeps a burst at one key from fighting for the key's row there.
 */
export class Turnstile {
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly width: number,
    private readonly longestWaitMs: number,
  ) {}

  /** @throws AppError `service_unavailable` without running it, for who would wait longer */
  async pass<T>(key: string, run: () => Promise<T>): Promise<T> {
    const line = this.lines.get(key) ?? { inside: 0, waiting: new Set() };
    this.lines.set(key, line);
    if (line.inside < this.width) line.inside++;
    else await this.turnOf(line);
    try {
      return await run();
    } finally {
      // Whoever goes leaves the place inside to the next.
      const [next] = line.waiting;
      if (next) next();
      else if (--line.inside === 0) this.lines.delete(key);
    }
  }

  private turnOf({ waiting }: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer);
        waiting.delete(enter);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(enter);
        reject(new AppError('service_unavailable'));
      }, this.longestWaitMs);
      waiting.add(enter);
    });
  }
}
