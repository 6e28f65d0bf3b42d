/** So many are remembered; to tell of one again does no harm. */
const MOST = 10_000;

/** Who is refused again and again must not fill the log and the table: only the first refusal of a wait is told. */
export class FirstRefusals {
  /** What was told → until when it is known. */
  private readonly told = new Map<string, number>();

  isFirst(what: string, waitMs: number): boolean {
    const now = performance.now();
    if ((this.told.get(what) ?? 0) > now) return false;
    if (this.told.size >= MOST) this.told.clear();
    this.told.set(what, now + waitMs);
    return true;
  }
}
