import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, none } from './checks.mjs';
import { login, newEmail } from './clients.mjs';
import { send } from './request.mjs';
import { Watch } from './watch.mjs';

const ABSENT_MS = 20_000;
const HANG_MS = 10_000;
const WRONG_MS = 15_000;
const DEADLINE_MS = 2_000;
/** What a process takes to start on a busy machine, without a database. */
const BOOT_MS = 4_000;
/** Steps of the waiting double from half a second on: so many fit into the time, and some to spare. */
const LOG_LINES = 12;

export const r15 = {
  id: 'R15',
  title: 'Kunci starts before its database, while it hangs, with a wrong password, and without its tables',
  hurtsDatabase: true,
  async run(context) {
    const checks = [];
    for (const phase of [before, whileItHangs, wrongPassword, noTables]) checks.push(...(await phase(context)));
    return checks;
  },
};

async function before({ scope, database, schema, kunci }) {
  const settings = await schema();
  await database.kill();
  const one = await kunci(settings).start();
  const checks = await whileAbsent('before the database', scope, one, ABSENT_MS);
  const startedAt = performance.now();
  const watch = new Watch(scope, one, ['/health/ready']);
  const backAt = await database.restart();
  await sleep(5_000);
  await watch.stop();
  const readyMs = watch.until('/health/ready', 200, startedAt) - (backAt - startedAt);
  return [...checks, atMost('ready after the database', readyMs, 2_000, 'ms')];
}

/** The system still takes connections for it, and nobody ever greets on them. */
async function whileItHangs({ scope, database, schema, kunci }) {
  const settings = await schema();
  database.pause();
  const startedAt = performance.now();
  const one = await kunci({ ...settings, DB_DEADLINE: `${DEADLINE_MS / 1000}s` }).start();
  const liveAt = await one.ready('/health/live', 15_000).catch(() => NaN);
  const checks = await whileAbsent('while it hangs', scope, one, HANG_MS);
  const resumedAt = performance.now();
  database.resume();
  const readyAt = one.isRunning ? await one.ready('/health/ready', 15_000).catch(() => NaN) : NaN;
  return [
    atMost('while it hangs: live', liveAt - startedAt, DEADLINE_MS + BOOT_MS, 'ms'),
    ...checks,
    atMost('while it hangs: ready once it goes on', readyAt - resumedAt, DEADLINE_MS, 'ms'),
  ];
}

async function wrongPassword({ scope, database, schema, kunci }) {
  const settings = await schema();
  const one = await kunci({ ...settings, DB_PASSWORD: 'wrong' }).start();
  const checks = await whileAbsent('wrong password', scope, one, WRONG_MS);
  const lines = one
    .logText()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const text = one.logText();
  const letInWith = (password) =>
    database.query(`ALTER USER '${settings.DB_USERNAME}'@'%' IDENTIFIED BY '${password}'`);
  await letInWith('wrong');
  scope.defer(() => letInWith(settings.DB_PASSWORD));
  const changedAt = performance.now();
  const readyAt = one.isRunning ? await one.ready('/health/ready', 15_000).catch(() => NaN) : NaN;
  // All schemas have the same user: what comes next must be let in.
  await letInWith(settings.DB_PASSWORD);
  return [
    ...checks,
    atMost(`wrong password: log lines in ${WRONG_MS / 1000} s`, lines.length, LOG_LINES),
    none('wrong password: told in the log', /"wrong"|'wrong'/.test(text) ? ['the password'] : []),
    atMost('wrong password: ready once it is right', readyAt - changedAt, 10_000, 'ms'),
  ];
}

async function noTables({ scope, database, schema, kunci }) {
  const settings = await schema();
  const one = await kunci({ ...settings, DB_MIGRATE: 'off' }).start();
  const checks = await whileAbsent('without tables', scope, one, 5_000);
  const made = await database.query('SHOW TABLES', [], settings.DB_NAME);
  return [
    ...checks,
    exactly('without tables: says so', one.logText().includes('The tables are missing'), true),
    exactly('without tables: tables made', made.length, 0),
  ];
}

/** It lives, says that it is not ready, and refuses what needs the database. */
async function whileAbsent(name, scope, one, ms) {
  await one.ready('/health/live', 15_000).catch(() => {});
  const watch = new Watch(scope, one);
  const answers = [];
  for (const until = performance.now() + ms; performance.now() < until && one.isRunning; await sleep(250))
    answers.push(await login(one.url, newEmail()));
  await watch.stop();
  const page = await send(`${one.url}/login`);
  return [
    exactly(`${name}: the process lives`, one.isRunning, true),
    none(`${name}: /health/live other than 200`, watch.others('/health/live', 200)),
    none(`${name}: /health/ready other than 503`, watch.others('/health/ready', 503)),
    none(
      `${name}: logins other than 503`,
      answers.filter((a) => a.status !== 503).map((a) => a.failure ?? a.status),
    ),
    none(
      `${name}: answers that tell of the inside`,
      answers.flatMap(({ leak }) => leak ?? []),
    ),
    exactly(`${name}: the page of the login`, page.failure ?? page.status, 200),
  ];
}
