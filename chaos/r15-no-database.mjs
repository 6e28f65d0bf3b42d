import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, none } from './checks.mjs';
import { login, newEmail } from './clients.mjs';
import { send } from './request.mjs';
import { Watch } from './watch.mjs';

const ABSENT_MS = 20_000;
const WRONG_MS = 15_000;
/** Steps of the waiting double from half a second on: so many fit into the time, and some to spare. */
const LOG_LINES = 12;

export const r15 = {
  id: 'R15',
  title: 'Kunci starts before its database, with a wrong password, and without its tables',
  hurtsDatabase: true,
  async run(context) {
    return [...(await before(context)), ...(await wrongPassword(context)), ...(await noTables(context))];
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

async function wrongPassword({ scope, database, schema, kunci }) {
  const settings = await schema();
  const one = await kunci({ ...settings, DB_PASSWORD: 'wrong' }).start();
  const checks = await whileAbsent('wrong password', scope, one, WRONG_MS);
  const lines = one
    .logText()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const text = one.logText();
  await database.query(`ALTER USER '${settings.DB_USERNAME}'@'%' IDENTIFIED BY 'wrong'`);
  scope.defer(() => database.query(`ALTER USER '${settings.DB_USERNAME}'@'%' IDENTIFIED BY '${settings.DB_PASSWORD}'`));
  const changedAt = performance.now();
  const readyAt = one.isRunning ? await one.ready('/health/ready', 15_000).catch(() => NaN) : NaN;
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
  return [...checks, exactly('without tables: tables made', made.length, 0)];
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
