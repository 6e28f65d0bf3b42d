// What the benchmark starts, it ends: each thing by its own handle, the newest first, also after an error.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const START_DEADLINE_MS = 30_000;

/** The unit of /proc/<pid>/stat: USER_HZ, which is 100 on every common architecture. */
const TICKS_PER_SECOND = 100;

const undos = [];
let isEnding = false;

export function atEnd(undo) {
  undos.push(undo);
}

export async function endAll() {
  isEnding = true;
  while (undos.length > 0) {
    try {
      await undos.pop()();
    } catch (error) {
      // The next ones are still to be ended.
      process.stderr.write(`While cleaning up: ${error.message}\n`);
    }
  }
}

function start(command, args, options) {
  if (isEnding) throw new Error('The benchmark is ending');
  // Only what Node itself needs: no setting of the person who runs it may leak in.
  const child = spawn(command, args, { ...options, env: { PATH: process.env.PATH, ...options.env } });
  const gone = once(child, 'close').catch(() => {});
  atEnd(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await gone;
  });
  return child;
}

/** Starts a server that prints on standard error where it runs, and waits until it does. */
export async function startServer(name, file, { env, cwd, stdout = 'ignore' }) {
  const child = start(process.execPath, [file], { env, cwd, stdio: ['ignore', stdout, 'pipe'] });
  let text = '';
  const url = await new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`${name} did not start:\n${text}`));
    child.once('close', fail);
    setTimeout(fail, START_DEADLINE_MS).unref();
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const [, found] = /running at (http:\S+)/.exec(text) ?? [];
      if (found) resolve(found);
    });
  });
  return { name, url, pid: child.pid };
}

/** Starts any other server and waits until it answers at `url`. */
export async function startCommand(name, command, args, { env, url }) {
  const child = start(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const deadline = performance.now() + START_DEADLINE_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    if (await fetch(url).catch(() => undefined)) return { name, url, pid: child.pid };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} did not start: ${text.trim().split('\n').at(-1)}`);
}

/** Runs a command to its end. @returns what it printed */
export async function outputOf(command, args, options = {}) {
  const child = start(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ended with ${code ?? signal}:\n${text}`);
  return text;
}

/** The time a process and those it has forked have spent on a processor so far, in user and in kernel mode. NaN where there is no /proc. */
export function cpuSeconds({ pid }) {
  if (process.platform !== 'linux') return NaN;
  return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + cpuSecondsOf(each), 0);
}

function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}

function cpuSecondsOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold blanks and parentheses itself: `man 5 proc`, utime and stime.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}
