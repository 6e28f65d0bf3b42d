import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, none, note } from './checks.mjs';
import { Crowd } from './clients.mjs';
import { Watch } from './watch.mjs';

const COUNTS = { register: 6, login: 6, userInfo: 12 };
const HANG_UPS = 300;
const RESTART_MS = 2_000;
/** Who has not ended by then goes on. */
const SURVIVAL_MS = 5_000;
const MISTAKES = { 'a promise that is rejected': 'SIGUSR2', 'an error that nobody catches': 'SIGPIPE' };

/** What is printed once all processes serve. */
const ALL_SERVE = 'Kunci is running';

export const r16 = {
  id: 'R16',
  title: 'Connections break at both ends, the code makes mistakes, a process of several is killed',
  async run(context) {
    return [...(await oneProcess(context)), ...(await severalProcesses(context))];
  },
};

async function oneProcess({ scope, database, service }) {
  const NODE_OPTIONS = `--require ${join(import.meta.dirname, 'crash.cjs')}`;
  const { kunci, settings } = await service({ NODE_OPTIONS });
  const crowd = new Crowd(scope, kunci.url, { limitMs: 10_000 });
  await crowd.prepare();
  crowd.start(COUNTS);
  const { pid } = kunci;
  for (let i = 0; i < 5; i++) {
    for (const id of await database.connections(settings)) await database.query(`KILL ${id}`).catch(() => {});
    await sleep(500);
  }
  await hangUp(scope, kunci.port);
  await sleep(1_000);
  const survived = kunci.isRunning && kunci.pid === pid;
  const restarts = [];
  for (const [name, signal] of Object.entries(MISTAKES)) restarts.push(...(await injure(kunci, name, signal)));
  await crowd.stop();
  // The end of a process ends its connections: those failures are the scenario's own.
  crowd.answers = crowd.answers.filter(({ status }) => typeof status === 'number');
  return [
    exactly('survives broken connections', survived, true),
    ...crowd.faults(),
    ...restarts,
    ...(await crowd.lost(database, settings)),
  ];
}

/** Each asks for something and is gone before the answer. */
async function hangUp(scope, port) {
  for (let i = 0; i < HANG_UPS; i++) {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET /docs HTTP/1.1\r\nHost: x\r\n\r\nGET /docs HTTP/1.1\r\nHost: x\r\n\r\n');
      setTimeout(() => socket.resetAndDestroy(), i % 10);
    });
    scope.defer(() => socket.destroy());
    socket.on('error', () => {});
    await sleep(2);
  }
}

/** It goes on, or ends with code 1 and is started again, as a supervisor does. */
async function injure(kunci, name, signal) {
  kunci.child.kill(signal);
  await Promise.race([kunci.exited, sleep(SURVIVAL_MS)]);
  if (kunci.isRunning) return [note(name, 'the process goes on')];
  const code = kunci.exitCode;
  const startedAt = performance.now();
  await kunci.start();
  const readyMs = (await kunci.ready()) - startedAt;
  return [exactly(`${name}: exit code`, code, 1), atMost(`${name}: serves again`, readyMs, RESTART_MS, 'ms')];
}

async function severalProcesses({ scope, database, service }) {
  const { kunci, settings } = await service({ WEB_CONCURRENCY: '2' });
  const [, worker] = kunci.pids;
  if (!worker) return [exactly('WEB_CONCURRENCY=2: processes beside the first', kunci.pids.length - 1, 2)];
  // Ready is said by the first that serves; the listening socket ends with the last.
  while (kunci.isRunning && !kunci.logText().includes(ALL_SERVE)) await sleep(50);
  const crowd = new Crowd(scope, kunci.url, { limitMs: 10_000 });
  await crowd.prepare();
  const watch = new Watch(scope, kunci);
  crowd.start(COUNTS);
  await sleep(1_000);
  const before = kunci.pids.length;
  const killedAt = performance.now();
  // A child of the process that was started here.
  process.kill(worker, 'SIGKILL');
  while ((kunci.pids.length < before || kunci.pids.includes(worker)) && performance.now() - killedAt < 10_000)
    await sleep(20);
  const replacedMs = performance.now() - killedAt;
  await sleep(3_000);
  await crowd.stop();
  await watch.stop();
  const broken = crowd.answers.filter(({ status }) => typeof status === 'string');
  const late = broken.filter(({ sentAt }) => sentAt > killedAt + 100);
  crowd.answers = crowd.answers.filter(({ status }) => typeof status === 'number');
  return [
    note('a process of two killed: requests it took along', broken.length),
    none(
      'a process of two killed: failures afterwards',
      late.map(({ kind, status }) => `${kind} ${status}`),
    ),
    atMost('a process of two killed: replaced', replacedMs, RESTART_MS, 'ms'),
    ...crowd.faults(),
    ...(await crowd.lost(database, settings)),
  ];
}
