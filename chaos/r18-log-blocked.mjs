import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, exactly, none, note, percentile } from './checks.mjs';
import { atRate, login, newEmail, signUp } from './clients.mjs';
import { NotRun } from './runner.mjs';
import { send } from './request.mjs';
import { Watch } from './watch.mjs';

/** Each is a line in the log: far more than a pipe holds. */
const REQUESTS = 8_000;
const PER_SECOND = 400;
const START_MS = 30_000;
/** 4 MB of lines are kept at most: as texts, and once more as the piece that is being written. */
const LOG_MB = 30;
/** What a process takes under any load is not what the log takes; it has more than the pipe holds by then. */
const WARM_UP_SECONDS = 4;

export const r18 = {
  id: 'R18',
  title: 'Nobody reads the log; the disk of the log is full',
  async run(context) {
    if (!existsSync('/dev/full')) throw new NotRun('there is no /dev/full');
    const fifo = (folder) => {
      const path = join(folder, 'fifo');
      if (spawnSync('mkfifo', [path]).status !== 0) throw new NotRun('there is no mkfifo');
      // For reading too, or it would wait for a reader.
      return openSync(path, constants.O_RDWR);
    };
    const devNull = () => openSync('/dev/null', constants.O_WRONLY);
    const devFull = () => openSync('/dev/full', constants.O_WRONLY);
    const usual = await serve(context, 'a log that is taken', devNull, Infinity);
    return [
      ...usual.checks,
      ...(await serve(context, 'a pipe that nobody reads', fifo, usual.grownMb)).checks,
      ...(await serve(context, 'a full disk', devFull, usual.grownMb)).checks,
    ];
  },
};

/** @param usualMb by which memory grows while the log is taken; all but that is the log's */
async function serve({ scope, schema, kunci }, name, open, usualMb) {
  const one = kunci({ ...(await schema()), LOG_LEVEL: 'trace' });
  one.stdout = open(one.folder);
  scope.defer(() => closeSync(one.stdout));
  await one.start();
  const starts = await one.ready('/health/ready', START_MS).catch(() => undefined);
  if (starts === undefined) return { checks: [exactly(`${name}: it starts`, false, true)], grownMb: 0 };
  const { email } = await signUp(one.url);
  const ask = (i) => send(one.url + (i % 2 === 0 ? '/api/user-info' : '/login'));
  await atRate(PER_SECOND, WARM_UP_SECONDS, ask);
  const before = one.rss();
  const watch = new Watch(scope, one);
  const answers = await atRate(PER_SECOND, REQUESTS / PER_SECOND, ask);
  const refused = await login(one.url, newEmail(), { password: 'wrong' });
  const accepted = await login(one.url, email);
  await watch.stop();
  const grownMb = watch.peakRss - before;
  const bad = answers.filter(({ status }) => status !== 200 && status !== 401);
  const checks = [
    none(
      `${name}: answers other than 200/401`,
      bad.map(({ failure, status }) => failure ?? status),
    ),
    atMost(
      `${name}: p99`,
      percentile(
        answers.map(({ ms }) => ms),
        0.99,
      ),
      1_000,
      'ms',
    ),
    none(`${name}: /health/live other than 200`, watch.others('/health/live', 200)),
    exactly(`${name}: a wrong and a right login`, `${refused.status} ${accepted.status}`, '401 200'),
    usualMb === Infinity
      ? note(`${name}: memory grown by`, grownMb, 'MB')
      : atMost(`${name}: memory grown by, more than that`, grownMb - usualMb, LOG_MB, 'MB'),
    exactly(`${name}: the process lives`, one.isRunning, true),
  ];
  return { checks, grownMb };
}
