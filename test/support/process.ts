import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const START_DEADLINE_MS = 30_000;

/** The built application as an operator starts it: `node dist/main.js`, where no `.env` lies about unless a test puts one. */
export class KunciProcess {
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;

  constructor(settings: Record<string, string>, cwd = tmpdir()) {
    // Only what Node itself needs: no variable of the person who runs the tests may leak in.
    const { PATH = '' } = process.env;
    this.child = spawn(process.execPath, [MAIN], {
      env: { PATH, ...settings },
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** @returns the URL that it prints once it listens */
  async url(): Promise<string> {
    const deadline = Date.now() + START_DEADLINE_MS;
    while (Date.now() < deadline && this.child.exitCode === null) {
      const [, url] = /running at (http:\S+)/.exec(this.stderr) ?? [];
      if (url) return url;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`It did not start:\n${this.stderr}\n${this.stdout}`);
  }

  /** @returns the exit code */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }

  exitCode(): Promise<number | null> {
    return this.exited;
  }
}
