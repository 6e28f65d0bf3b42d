// The built server as an operator starts it, on a port that stays the same over restarts, in a folder of its own.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../bench/processes.mjs';
import { freePort } from '../test/database-server.mjs';
import { send } from './request.mjs';

const ROOT = join(import.meta.dirname, '..');
const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 15_000;
const TAIL = { lines: 3, characters: 300 };

/** One address sends everything; hashing takes little, so that what is measured is not the processor. */
const DEFAULTS = { NODE_ENV: 'production', RATE_LIMITS: 'off', BCRYPT_COST: '10', LOG_LEVEL: 'error' };

export class Kunci {
  /** @param stdout a file descriptor that takes the log in place of the file */
  constructor(scope, settings, { stdout } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'kunci-chaos-'));
    Object.assign(this, { scope, settings, stdout, folder, logFile: join(folder, 'log') });
    scope.defer(async () => {
      await this.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });
  }

  get pid() {
    return this.child?.pid;
  }

  get isRunning() {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  get exitCode() {
    return this.child?.exitCode;
  }

  /** @param more settings that are added, and stay. Does not wait: see `ready()` */
  async start(more = {}) {
    if (this.scope.hasEnded) throw new Error('The scenario is over.');
    this.port ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    Object.assign(this.settings, more);
    // Only what Node itself needs: no setting of the person who runs it may leak in.
    const env = { PATH: process.env.PATH, SECRET_KEY: secretKey, ...DEFAULTS, ...this.settings, PORT: `${this.port}` };
    const log = openSync(this.logFile, 'a');
    const args = ['--require', join(ROOT, 'scripts/thread-pool.cjs'), join(ROOT, 'dist/main.js')];
    const stdio = ['ignore', this.stdout ?? log, log];
    this.child = spawn(process.execPath, args, { cwd: this.folder, env, stdio });
    this.exited = once(this.child, 'exit').then(([code, signal]) => code ?? signal);
    closeSync(log);
    return this;
  }

  /** @returns when it first answered so @throws if it ends or never does */
  async ready(path = '/health/ready', limitMs = START_DEADLINE_MS) {
    const deadline = performance.now() + limitMs;
    while (this.isRunning && performance.now() < deadline) {
      if ((await send(`${this.url}${path}`, { limitMs: 1_000 })).status === 200) return performance.now();
      await sleep(20);
    }
    throw new Error(`Kunci did not answer ${path}${this.isRunning ? ` in ${limitMs} ms` : `: it ended`}.`);
  }

  /** @returns the exit code, or the signal that ended it */
  async kill(signal) {
    if (!this.isRunning) return this.exitCode;
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_DEADLINE_MS);
    const code = await this.exited;
    clearTimeout(timer);
    return code;
  }

  /** Its processes: itself, and those that serve for it. */
  get pids() {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8');
    return [this.pid, ...children.split(' ').filter(Boolean).map(Number)];
  }

  /** Memory that all its processes hold, in MB. */
  rss() {
    const rssOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    return this.pids.reduce((sum, pid) => sum + rssOf(pid), 0) / 1024;
  }

  cpu() {
    return this.pids.reduce((sum, pid) => sum + cpuSeconds({ pid }), 0);
  }

  openFiles() {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** Bytes that the process has read so far: from sockets too. */
  bytesRead() {
    return Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${this.pid}/io`, 'utf8'))?.[1]);
  }

  logText() {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Without what it prints at its start. */
  logTail() {
    const lines = this.logText()
      .split('\n')
      .filter((line) => /^\{|Error/.test(line));
    return lines
      .slice(-TAIL.lines)
      .map((line) => line.slice(0, TAIL.characters))
      .join('\n');
  }
}

export const secretKey = randomBytes(48).toString('base64');
