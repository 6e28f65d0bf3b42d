// Clients that hold what they were given: R7 sends and reads slowly, R8 does nothing, R9 sends without end.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, atMost, none, note, percentile } from './checks.mjs';
import { atRate, signUp, userInfo } from './clients.mjs';
import { keepAliveAgent } from './request.mjs';
import { Watch } from './watch.mjs';

const SLOW = { headers: 1_000, bodies: 200, readers: 20 };
/** Those who read slowly have asked for much: fewer, so that the asking itself is not the load. */
const OPENED_PER_SECOND = { headers: 200, bodies: 40, readers: 2 };
/** The longest that a request may take to name itself, and the second that looking for such ones takes. */
const HEADERS_MS = 15_000 + 1_000;
const BODY_MS = 30_000;
const DRIBBLE_MS = 3_000;

const STARTS = {
  headers: 'GET /login HTTP/1.1\r\nHost: x\r\n',
  bodies: 'POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{',
  // More than a socket holds, so that the rest has to wait for the reader.
  readers: 'GET /docs/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(60),
};
const PIECES = { headers: 'X-More: 1\r\n', bodies: ' ' };

export const r07 = {
  id: 'R7',
  title: 'Clients that send their headers and bodies, and read their answers, a little at a time',
  async run({ scope, service }) {
    const { kunci } = await service();
    const { token } = await signUp(kunci.url);
    const watch = new Watch(scope, kunci, ['/health/live']);
    const before = kunci.rss();
    const sockets = { headers: [], bodies: [], readers: [] };
    const opening = Object.entries(SLOW).map(([kind, count]) =>
      atRate(OPENED_PER_SECOND[kind], count / OPENED_PER_SECOND[kind], async () =>
        sockets[kind].push(slowSocket(scope, kunci.port, kind)),
      ),
    );
    const agent = keepAliveAgent();
    const asking = atRate(20, 35, () => userInfo(kunci.url, token, { agent }));
    await Promise.all(opening);
    const answers = await asking;
    agent.destroy();
    await watch.stop();
    const lives = (kind) => sockets[kind].map(({ openedAt, closedAt = Infinity }) => closedAt - openedAt);
    const open = sockets.headers.filter(({ openedAt }) => openedAt !== undefined).length;
    return [
      atLeast('connections with slow headers', open, SLOW.headers),
      atMost('slow headers, longest until closed', Math.max(...lives('headers')), HEADERS_MS, 'ms'),
      atMost('slow bodies, longest until closed', Math.max(...lives('bodies')), BODY_MS, 'ms'),
      none('/health/live other than 200 on new connections', watch.others('/health/live', 200)),
      none(
        'user-info other than 200',
        answers.filter((a) => a.status !== 200).map((a) => a.failure ?? a.status),
      ),
      atMost(
        'user-info p95',
        percentile(
          answers.map(({ ms }) => ms),
          0.95,
        ),
        100,
        'ms',
      ),
      note('memory grown by', watch.peakRss - before, 'MB'),
    ];
  },
};

function slowSocket(scope, port, kind) {
  const one = {};
  const socket = connect(port, '127.0.0.1', () => {
    one.openedAt = performance.now();
    socket.write(STARTS[kind]);
    if (kind === 'readers') socket.pause();
    else socket.resume();
  });
  socket.on('error', () => {}).on('close', () => (one.closedAt = performance.now()));
  scope.defer(() => socket.destroy());
  void dribble(socket, PIECES[kind]);
  return one;
}

async function dribble(socket, piece) {
  while (piece !== undefined && !socket.destroyed) {
    await sleep(DRIBBLE_MS);
    if (socket.writable) socket.write(piece);
  }
}

const IDLE = 10_000;
const OPENED_AT_ONCE = 200;
const PROBES = 5;
/** Of this process: it needs some files for itself. */
const RESERVED_FILES = 200;

export const r08 = {
  id: 'R8',
  title: '10 000 connections that have had an answer and are kept open',
  async run({ scope, service }) {
    const { kunci } = await service();
    const { token } = await signUp(kunci.url);
    const agents = Array.from({ length: PROBES }, keepAliveAgent);
    const ask = (seconds) => atRate(20, seconds, (i) => userInfo(kunci.url, token, { agent: agents[i % PROBES] }));
    await ask(1);
    const before = { rss: kunci.rss(), files: kunci.openFiles() };
    const count = Math.min(IDLE, openFilesLimit() - RESERVED_FILES);
    const held = [];
    for (let i = 0; i < count; i += OPENED_AT_ONCE)
      held.push(...(await Promise.all(Array.from({ length: OPENED_AT_ONCE }, () => idleSocket(scope, kunci.port)))));
    const openedAt = performance.now();
    const answers = await ask(20);
    const rss = kunci.rss();
    const timeoutMs = (held.find(({ keepAliveSeconds }) => keepAliveSeconds)?.keepAliveSeconds ?? NaN) * 1_000;
    while (kunci.openFiles() > before.files + PROBES && performance.now() - openedAt < 90_000) await sleep(500);
    const freedMs = performance.now() - openedAt;
    agents.forEach((agent) => agent.destroy());
    return [
      note('connections', held.length),
      note('answered', held.filter(({ outcome }) => outcome === 'answered').length),
      none(
        'neither answered nor refused in order',
        held.map(({ outcome }) => outcome).filter((o) => !['answered', 'closed'].includes(o)),
      ),
      none(
        'user-info other than 200',
        answers.filter((a) => a.status !== 200).map((a) => a.failure ?? a.status),
      ),
      atMost(
        'user-info p95',
        percentile(
          answers.map(({ ms }) => ms),
          0.95,
        ),
        50,
        'ms',
      ),
      atMost('memory grown by', rss - before.rss, 150, 'MB'),
      atMost('open files afterwards, over those before', kunci.openFiles() - before.files, PROBES),
      // Each of them had some seconds of its own before the last was open.
      atMost('until all were closed', freedMs, timeoutMs + 5_000, 'ms'),
    ];
  },
};

function openFilesLimit() {
  return Number(process.report.getReport().userLimits.open_files.soft) || IDLE;
}

function idleSocket(scope, port) {
  const one = { outcome: 'open' };
  return new Promise((resolve) => {
    const end = (outcome) => {
      if (one.outcome === 'open') one.outcome = outcome;
      resolve(one);
    };
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.setTimeout(10_000, () => end('hang'));
    socket.on('data', (piece) => {
      one.keepAliveSeconds = Number(/timeout=(\d+)/i.exec(piece.toString())?.[1]);
      end('answered');
    });
    socket.on('close', () => end('closed')).on('error', ({ code }) => end(code === 'ECONNRESET' ? 'closed' : code));
    scope.defer(() => socket.destroy());
  });
}
