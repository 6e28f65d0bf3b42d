import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf } from './environment.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const START_DEADLINE_MS = 60_000;

/** The built application as an operator starts it: `node dist/main.js`, where no `.env` lies about unless a test puts one. */
export class KunciProcess {
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;

  /** @param stdout where its log goes: to this object, to a pipe that nobody reads, or to an open file */
  constructor(settings: Record<string, string>, cwd = tmpdir(), stdout: 'read' | 'unread' | number = 'read') {
    this.child = spawn(process.execPath, [MAIN], {
      env: environmentOf(settings),
      cwd,
      stdio: ['ignore', typeof stdout === 'number' ? stdout : 'pipe', 'pipe'],
    });
    if (stdout === 'read') this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // Of a pipe that nobody reads the end is never seen.
    this.exited = once(this.child, stdout === 'unread' ? 'exit' : 'close').then(([code]) => code as number | null);
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

  /** The lines of its log so far. */
  logged(): Record<string, unknown>[] {
    const whole = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The processes that serve, if there are several, in the order in which they began to. */
  workers(): number[] {
    const pids = this.logged().filter(({ msg }) => msg === 'a process serves');
    return pids.map(({ worker }) => Number(worker)).filter(isRunning);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
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

/** Whether there is such a process that has not ended. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Waits for what must become true, however slow the machine is. */
export async function eventually(
  what: () => boolean | Promise<boolean>,
  deadlineMs = START_DEADLINE_MS,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await what())) {
    if (Date.now() > deadline)
      throw new Error(`It has not come true within ${deadlineMs / 1000} s: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
