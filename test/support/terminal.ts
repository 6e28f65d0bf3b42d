import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { CLI } from './cli.js';
import { environmentOf } from './environment.js';
import { eventually } from './process.js';

/** Runs a program at a terminal of its own: what is written to it is typed. Its exit code is the program's. */
const PTY = `
import os, pty, sys
status = pty.spawn(sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(status))
`;

/** Any that can make a terminal; empty if there is none. */
export const PYTHON =
  [process.env.TEST_PYTHON, 'python3'].find((name) => name && spawnSync(name, ['-c', 'import pty']).status === 0) ?? '';

/** The built command line at a terminal, as an operator sits before it. */
export class Terminal {
  /** All that the screen has shown, what was typed and is echoed among it. */
  screen = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;

  constructor(settings: Record<string, string>, ...args: string[]) {
    this.child = spawn(PYTHON, ['-c', PTY, process.execPath, CLI, ...args], {
      env: environmentOf({ ...settings, TERM: 'xterm' }),
      cwd: tmpdir(),
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.screen += text));
    this.exited = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Waits for the question, and types the answer. */
  async answer(question: string, keys: string): Promise<void> {
    await eventually(() => this.screen.includes(question), 30_000);
    this.child.stdin?.write(keys);
  }

  exitCode(): Promise<number | null> {
    return this.exited;
  }
}
