import { fstatSync, write, writeSync } from 'node:fs';

/** Written out when so much has come together, and at least so often. */
const GATHERED_CHARACTERS = 4096;
const FLUSH_INTERVAL_MS = 500;

/** If nobody reads the log, lines over this are lost rather than the memory. */
const BACKLOG_CHARACTERS = 4 * 1024 * 1024;

/**
 * Where the lines of the log go: gathered, and written in the background, one piece at a time. No request waits for a
 * disk, a terminal or a pipe, and the end of the process does not either: pino's own destination waits for ever for a pipe
 * that nobody reads, and tries for ever to write to a full disk.
 */
export class LogDestination {
  private lines: string[] = [];
  private gathered = 0;
  private isWriting = false;
  private readonly isStream: boolean;

  /** @param fd an open descriptor: 1 */
  constructor(private readonly fd: 1) {
    const stat = fstatSync(fd);
    this.isStream = stat.isFIFO() || stat.isSocket();
    // An answer to who reads the log no more, which comes for each line and would otherwise end the process.
    if (this.isStream) process.stdout.on('error', () => undefined);
    setInterval(() => this.flush(), FLUSH_INTERVAL_MS).unref();
    process.on('exit', () => this.flushAtExit());
  }

  write(line: string): void {
    if (this.gathered + line.length > BACKLOG_CHARACTERS) return;
    this.lines.push(line);
    this.gathered += line.length;
    if (this.gathered >= GATHERED_CHARACTERS) this.flush();
  }

  private flush(): void {
    if (this.isWriting || this.lines.length === 0) return;
    this.isWriting = true;
    const piece = Buffer.from(this.lines.join(''));
    const length = this.gathered;
    this.lines = [];
    const onEnd = () => {
      this.gathered -= length;
      this.isWriting = false;
      if (this.gathered >= GATHERED_CHARACTERS) this.flush();
    };
    // Only a pipe or a socket can make its writer wait for ever: a thread of the pool that waited would be missed by the
    // hashes, and the process could not end without it.
    if (this.isStream) process.stdout.write(piece, onEnd);
    else this.writeToFile(piece, onEnd);
  }

  /** What a full disk does not take is lost; the next lines are tried again. */
  private writeToFile(piece: Buffer, onEnd: () => void): void {
    write(this.fd, piece, (error, written) => {
      if (error || written === piece.length) onEnd();
      else this.writeToFile(piece.subarray(written), onEnd);
    });
  }

  /** Takes no time: a pipe takes what there is room for. */
  private flushAtExit(): void {
    const piece = this.lines.join('');
    this.lines = [];
    if (piece === '') return;
    try {
      if (this.isStream) process.stdout.write(piece);
      else writeSync(this.fd, piece);
    } catch {
      // There is nobody left to tell.
    }
  }
}
