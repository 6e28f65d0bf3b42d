/** A process that lived for less than this has most likely died of its start. */
const QUICK_MS = 5_000;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * How long to wait before a process that ended is replaced: not at all as long as the processes live, and longer each time
 * one dies of its start, so that what cannot start does not take the processors from those that serve.
 */
export class RestartPause {
  private quickEnds = 0;

  /** @returns milliseconds */
  after(livedMs: number): number {
    this.quickEnds = livedMs < QUICK_MS ? this.quickEnds + 1 : 0;
    return this.quickEnds < 2 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (this.quickEnds - 2), LONGEST_PAUSE_MS);
  }
}
