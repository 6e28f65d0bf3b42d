interface Line {
  inside: number;
  readonly waiting: (() => void)[];
}

/**
 * Lets few through at once of those with the same key; the others wait in line. Within one process: what must hold for
 * all is counted in the store, and this keeps a burst at one key from fighting for the key's row there.
 */
export class Turnstile {
  private readonly lines = new Map<string, Line>();

  constructor(private readonly width: number) {}

  async pass<T>(key: string, run: () => Promise<T>): Promise<T> {
    const line = this.lines.get(key) ?? { inside: 0, waiting: [] };
    this.lines.set(key, line);
    if (line.inside < this.width) line.inside++;
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      return await run();
    } finally {
      // Whoever goes leaves the place inside to the next.
      const next = line.waiting.shift();
      if (next) next();
      else if (--line.inside === 0) this.lines.delete(key);
    }
  }
}
