const TERMINAL_EVERY_MS = 200;
const LOG_EVERY_MS = 5_000;

/** Says on standard error how far long work is: in one line of a terminal, or now and then in a line of its own. */
export class Progress {
  private what = '';
  private startedAt = 0;
  private toldAt = 0;

  constructor(private readonly output: NodeJS.WriteStream = process.stderr) {}

  readonly tell = (what: string, rows: number, ofRows: number | undefined): void => {
    const now = performance.now();
    if (what !== this.what) {
      this.clear();
      [this.what, this.startedAt, this.toldAt] = [what, now, now];
      return;
    }
    if (now - this.toldAt < (this.output.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS)) return;
    this.toldAt = now;
    const perSecond = Math.round(rows / ((now - this.startedAt) / 1000));
    const share = ofRows ? `, ${Math.min(100, Math.floor((rows / ofRows) * 100))} %` : '';
    const line = `${what} rows: ${rows}${share}, ${perSecond} a second`;
    this.output.write(this.output.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  };

  /** Before anything else is written. */
  clear(): void {
    if (this.output.isTTY && this.toldAt > 0) this.output.write('\r\u001b[K');
  }
}
