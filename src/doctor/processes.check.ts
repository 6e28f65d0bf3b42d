import { readFileSync } from 'node:fs';
import type { Settings } from '../config/settings.js';
import { type Finding, fault, ok, warning } from './finding.js';

/** What libuv makes if UV_THREADPOOL_SIZE is not set. */
const DEFAULT_THREADS = 4;

/** Sockets and files that a process has open beside those of its clients and of its pool. */
const OTHER_FILES = 64;

/** When each line of Node ends: https://github.com/nodejs/release#release-schedule. Odd ones live for half a year. */
const END_OF_NODE: Readonly<Record<number, string>> = { 20: '2026-04-30', 22: '2027-04-30', 24: '2028-04-30' };

/** @param threads of the environment; undefined if `npm start` or Node chooses */
export function checkThreadPool({ passwords }: Pick<Settings, 'passwords'>, threads: number | undefined): Finding {
  const { hashConcurrency } = passwords;
  if (threads !== undefined) {
    return ok('thread-pool', `${hashConcurrency} of ${threads} threads may hash, the others are for files and DNS.`);
  }
  if (hashConcurrency < DEFAULT_THREADS) {
    return ok('thread-pool', `${hashConcurrency} threads may hash; the pool has more, however it is started.`);
  }
  return warning(
    'thread-pool',
    `${hashConcurrency} threads are to hash, but \`node dist/main.js\` has ${DEFAULT_THREADS}; npm start makes enough.`,
    `Unless npm start runs it, set UV_THREADPOOL_SIZE=${hashConcurrency + 4} in the environment that starts it.`,
  );
}

export function checkHashing({ passwords, workers }: Pick<Settings, 'passwords' | 'workers'>, cores: number): Finding {
  const { hashConcurrency } = passwords;
  const all = `${hashConcurrency} hashes at once in each of ${workers} processes`;
  if (hashConcurrency * workers <= Math.max(cores, workers)) return ok('hashing', `${all}, on ${cores} cores.`);
  return warning(
    'hashing',
    `${all} are more than the ${cores} cores: hashing takes the time of all other requests.`,
    '`kunci calibrate` proposes a HASH_CONCURRENCY.',
  );
}

export function checkBcryptCost({ passwords: { bcryptCost } }: Pick<Settings, 'passwords'>): Finding {
  if (bcryptCost >= 12) return ok('bcrypt-cost', `BCRYPT_COST is ${bcryptCost}.`);
  return warning(
    'bcrypt-cost',
    `BCRYPT_COST is ${bcryptCost}: stolen hashes are tried ${2 ** (12 - bcryptCost)} times as fast as those of 12.`,
    'Take it away (the default is 12), or let `kunci calibrate` propose one.',
  );
}

/** @returns how many files this process may open, or undefined where the system does not say */
export function readOpenFileLimit(): number | undefined {
  try {
    const [, limit] = /^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === 'unlimited' ? Infinity : Number(limit);
  } catch {
    return undefined;
  }
}

export function checkOpenFiles({ http, database }: Settings, limit: number | undefined): Finding[] {
  if (limit === undefined) return [];
  const pool = 'poolSize' in database ? database.poolSize : 0;
  const needed = http.maxConnections + pool + OTHER_FILES;
  if (needed <= limit) return [ok('open-files', `A process may open ${limit} files and needs ${needed} at most.`)];
  return [
    fault(
      'open-files',
      `A process started from here may open ${limit} files, but needs ${needed} with MAX_CONNECTIONS=${http.maxConnections}.`,
      `Raise the limit (ulimit -n, LimitNOFILE of systemd), or set MAX_CONNECTIONS=${Math.max(10, limit - pool - OTHER_FILES)}.`,
    ),
  ];
}

/** @param version such as `22.13.0` */
export function checkNode(version: string, now: Date): Finding {
  const major = Number(version.split('.', 1)[0]);
  const end = END_OF_NODE[major] ?? (major < 24 ? 'its end' : undefined);
  const isOver = end !== undefined && (Number.isNaN(Date.parse(end)) || new Date(`${end}T23:59:59Z`) < now);
  if (!isOver) return ok('node', `Node ${version} is maintained.`);
  return warning(
    'node',
    `Node ${version} gets no security fixes since ${end}.`,
    'Run it on the newest line that is maintained for long: https://nodejs.org/en/about/previous-releases.',
  );
}
