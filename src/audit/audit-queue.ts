/** Rows that wait at most; what comes on top is lost rather than the memory. */
const WAITING_MAX = 5_000;
/** Rows of one statement. On SQLite the process waits for it. */
const BATCH = 200;
const INTERVAL_MS = 250;
/** After a failure: a database that is away is not asked any sooner. */
const RETRY_MS = 1_000;

/** Gathers rows and writes them in the background, the oldest first, one batch at a time. What fails is tried again. */
export class AuditQueue<Row> {
  private waiting: Row[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<boolean> | undefined;
  private isClosed = false;

  /** @param write one batch; it may be called again with the same rows after it failed */
  constructor(private readonly write: (rows: Row[]) => Promise<unknown>) {}

  /** @returns false if the queue is full or closed: the row is lost */
  add(row: Row): boolean {
    if (this.isClosed || this.waiting.length >= WAITING_MAX) return false;
    this.waiting.push(row);
    this.timer ??= setTimeout(() => void this.run(), INTERVAL_MS).unref();
    return true;
  }

  /** Changes the rows that wait, also those on their way, which are in the table afterwards or wait on. */
  async change(change: (row: Row) => void): Promise<void> {
    this.waiting.forEach(change);
    await this.writing;
  }

  /**
   * Takes no more rows and writes those that wait, unless the database is away.
   * @param deadlineMs nothing is waited for any longer
   * @returns how many rows are lost
   */
  async close(deadlineMs: number): Promise<number> {
    this.isClosed = true;
    clearTimeout(this.timer);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => (timer = setTimeout(resolve, deadlineMs)));
    await Promise.race([this.writeAll(), deadline]);
    clearTimeout(timer);
    return this.waiting.length;
  }

  private async run(): Promise<void> {
    const isWritten = await this.writeBatch();
    if (this.isClosed) return;
    const pauseMs = !isWritten ? RETRY_MS : this.waiting.length >= BATCH ? 0 : INTERVAL_MS;
    this.timer = this.waiting.length > 0 ? setTimeout(() => void this.run(), pauseMs).unref() : undefined;
  }

  private async writeAll(): Promise<void> {
    await this.writing;
    while (this.waiting.length > 0 && (await this.writeBatch()));
  }

  /** @returns whether it was written; if not, its rows still wait */
  private writeBatch(): Promise<boolean> {
    const batch = this.waiting.slice(0, BATCH);
    this.writing = this.write(batch).then(
      () => {
        this.waiting.splice(0, batch.length);
        return true;
      },
      () => false,
    );
    return this.writing;
  }
}
