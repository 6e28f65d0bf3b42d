import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findNginx } from '../test/tools.mjs';
import { atMost, exactly, none, note } from './checks.mjs';
import { Crowd } from './clients.mjs';
import { startNginx } from './nginx.mjs';
import { keepAliveAgent, send } from './request.mjs';
import { NotRun } from './runner.mjs';
import { Watch } from './watch.mjs';

const IDLE = 200;
/** A process that hashes on all cores sees a signal only when its turn comes. */
const NOTICED_MS = 50;
const COUNTS = { register: 10, login: 10, userInfo: 20 };
/** What one of two processes can carry while the other starts beside it; more than that is refused, deploy or not. */
const ROLL_COUNTS = { register: 4, login: 4, userInfo: 20 };

export const r04 = {
  id: 'R4',
  title: 'A deploy: the process is asked to end under load, and a new one takes its place',
  run: replace,
};

export const r04b = {
  id: 'R4b',
  title: 'A rolling deploy: two processes behind nginx are replaced one after the other',
  run: roll,
};

async function replace({ scope, database, service }) {
  const { kunci, settings } = await service();
  const crowd = new Crowd(scope, kunci.url, { limitMs: 10_000, pauseMs: 50 });
  await crowd.prepare();
  const sockets = await openIdle(scope, kunci.port);
  const agent = keepAliveAgent();
  await send(`${kunci.url}/health/ready`, { agent });
  crowd.start(COUNTS);
  await sleep(8_000);
  const signalAt = performance.now();
  const ending = kunci.kill('SIGTERM');
  await sleep(50);
  // On the connection that it has, as a balancer asks.
  const ready = await send(`${kunci.url}/health/ready`, { agent });
  agent.destroy();
  const code = await ending;
  const endedAfter = performance.now() - signalAt;
  const endedAt = performance.now();
  await kunci.start();
  await kunci.ready();
  const readyAt = performance.now();
  await sleep(6_000);
  await crowd.stop();
  sockets.forEach((socket) => socket.destroy());
  const { answers } = crowd;
  const lostInFlight = answers.filter(({ sentAt, status }) => sentAt < signalAt && typeof status === 'string');
  const noticedAt = signalAt + NOTICED_MS;
  const whileEnding = answers.filter(({ sentAt }) => sentAt >= noticedAt && sentAt < noticedAt + 250);
  const answered = whileEnding.filter(({ status }) => typeof status === 'number');
  const afterwards = answers.filter(({ sentAt, status }) => sentAt > readyAt && typeof status === 'string');
  const served = answers.filter(({ sentAt }) => sentAt < signalAt || sentAt > readyAt);
  crowd.answers = served.filter(({ status }) => typeof status === 'number');
  return [
    none(
      'requests under way that were lost',
      lostInFlight.map(({ kind, status }) => `${kind} ${status}`),
    ),
    none(
      'answers on old connections without Connection: close',
      answered.filter((a) => a.connection !== 'close').map((a) => a.kind),
    ),
    note('answers while it ended', answered.length),
    exactly('/health/ready once it ends', ready.failure ?? ready.status, 503),
    exactly('exit code', code, 0),
    atMost(`its end, with ${IDLE} idle connections`, endedAfter, 10_000, 'ms'),
    note('the gap between the two processes', readyAt - endedAt, 'ms'),
    none(
      'failures once the new one is ready',
      afterwards.map(({ kind, status }) => `${kind} ${status}`),
    ),
    ...crowd.faults(),
    ...(await crowd.lost(database, settings)),
  ];
}

async function roll({ scope, database, schema, kunci }) {
  const nginx = findNginx();
  if (!nginx) throw new NotRun('no nginx with auth_request, and NGINX does not name one');
  const settings = await schema();
  const both = [kunci(settings), kunci(settings)];
  for (const one of both) await (await one.start()).ready();
  const url = await startNginx(
    scope,
    nginx,
    both.map(({ port }) => port),
  );
  const crowd = new Crowd(scope, url, { limitMs: 10_000 });
  await crowd.prepare();
  const watch = new Watch(scope, { ...both[0], url, isRunning: false });
  crowd.start(ROLL_COUNTS);
  for (const one of both) {
    await sleep(2_000);
    await one.kill('SIGTERM');
    await one.start();
    await one.ready();
  }
  await sleep(2_000);
  await crowd.stop();
  await watch.stop();
  return [
    ...crowd.faults({ allowed: [200, 201] }),
    none('/health/ready other than 200', watch.others('/health/ready', 200)),
    ...(await crowd.lost(database, settings)),
  ];
}

/** Connections that have had an answer and are kept. */
function openIdle(scope, port) {
  const opening = Array.from({ length: IDLE }, () => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'));
    scope.defer(() => socket.destroy());
    socket.on('error', () => {});
    return new Promise((resolve) => socket.once('data', () => resolve(socket)).once('close', () => resolve(socket)));
  });
  return Promise.all(opening);
}
