// The database answers late or not at all: R2 hangs for a while, R2b is slow on every statement.
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, none, percentile } from './checks.mjs';
import { atRate, Crowd, newEmail, login, register, signUp, userInfo } from './clients.mjs';
import { keepAliveAgent, send } from './request.mjs';
import { TcpProxy } from './tcp-proxy.mjs';
import { Watch } from './watch.mjs';

const DEADLINE_MS = 2_000;
const ANSWER_MS = DEADLINE_MS + 500;
const POOL_SIZE = 10;
const HANG_SECONDS = 15;
const LATE_REGISTRATIONS = 10;
/** The first page of a process takes what its template does. */
const WARM_UP_SECONDS = 3;

export const r02 = {
  id: 'R2',
  title: 'The database hangs for 15 s',
  hurtsDatabase: true,
  async run({ scope, database, service }) {
    const { kunci, settings } = await service({ DB_DEADLINE: '2s', DB_POOL_SIZE: String(POOL_SIZE) });
    const { url } = kunci;
    const { token } = await signUp(url);
    const crowd = new Crowd(scope, url);
    const emails = Array.from({ length: LATE_REGISTRATIONS }, newEmail);
    const limitMs = HANG_SECONDS * 2_000;
    const record = async (kind, answering) => crowd.record(kind, await answering);
    const recordRegister = (email) => record('register', register(url, email, { limitMs }));
    const without = { page: '/login', 'bad token': '/api/user-info', live: '/health/live' };
    const headers = { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.x' };
    const paths = Object.values(without);
    await atRate(50, WARM_UP_SECONDS, (i) => send(url + paths[i % paths.length], { headers }));
    database.pause();
    await Promise.all([
      ...emails.map(recordRegister),
      atRate(50, HANG_SECONDS, () => record('user-info', userInfo(url, token, { limitMs }))),
      ...Object.entries(without).map(([kind, path]) =>
        atRate(5, HANG_SECONDS, () => record(kind, send(url + path, { headers, limitMs }))),
      ),
      sleep(HANG_SECONDS * 1_000).then(() => database.resume()),
    ]);
    const backAt = performance.now();
    await kunci.ready('/health/ready', 10_000).catch(() => {});
    const first = await firstGood(url, token, backAt);
    const hung = crowd.answers.filter(({ kind, sentAt }) => kind === 'user-info' && sentAt < backAt - ANSWER_MS);
    const quick = Object.keys(without).map((kind) =>
      atMost(`${kind} while it hung, p99`, percentile(msOf(crowd.answers, kind), 0.99), 50, 'ms'),
    );
    return [
      none(
        'answers other than 503 while it hung',
        hung.filter(({ status }) => status !== 503).map(({ status }) => status),
      ),
      atMost('slowest answer while it hung', Math.max(...hung.map(({ ms }) => ms)), ANSWER_MS, 'ms'),
      ...quick,
      none(
        'bad tokens other than 401',
        crowd.answers.filter((a) => a.kind === 'bad token' && a.status !== 401),
      ),
      ...crowd.faults(),
      atMost('first 200 after it went on', first, 1_000, 'ms'),
      atMost('connections afterwards', (await database.connections(settings)).length, POOL_SIZE),
      none('registrations left half done', await halfDone(url, emails)),
      exactly('rows for each address', await rowsPerEmail(database, settings), 1),
    ];
  },
};

function msOf(answers, kind) {
  return answers.filter((answer) => answer.kind === kind).map(({ ms }) => ms);
}

async function firstGood(url, token, from) {
  while (performance.now() - from < 10_000) {
    if ((await userInfo(url, token)).status === 200) return performance.now() - from;
    await sleep(20);
  }
  return NaN;
}

/** An address that was refused can be registered, or was registered after all: then its password opens it. */
async function halfDone(url, emails) {
  const half = [];
  for (const email of emails) {
    const { status } = await register(url, email);
    if (status !== 201 && (await login(url, email)).status !== 200) half.push(`${email} ${status}`);
  }
  return half;
}

async function rowsPerEmail(database, settings) {
  const emails = await database.emails(settings);
  return emails.length / new Set(emails).size;
}

export const r02b = {
  id: 'R2b',
  title: 'Each statement takes 100, 500 and 3000 ms longer',
  async run({ scope, database, service }) {
    const proxy = await TcpProxy.start(scope, Number(new URL(database.url).port));
    const { kunci } = await service({ DB_PORT: String(proxy.port), DB_DEADLINE: '2s' });
    const { token } = await signUp(kunci.url);
    const watch = new Watch(scope, kunci, []);
    const before = kunci.rss();
    const checks = [];
    for (const delayMs of [100, 500]) {
      proxy.be({ delayMs });
      const agent = keepAliveAgent();
      const answers = [];
      for (let i = 0; i < 10; i++) answers.push(await userInfo(kunci.url, token, { agent }));
      agent.destroy();
      const p50 = percentile(
        answers.map(({ ms }) => ms),
        0.5,
      );
      checks.push(
        none(
          `${delayMs} ms: answers other than 200`,
          answers.filter((a) => a.status !== 200).map((a) => a.failure ?? a.status),
        ),
        // At most two statements a request.
        atMost(`${delayMs} ms: user-info p50`, p50, delayMs * 2 + 50, 'ms'),
      );
    }
    proxy.be({ delayMs: 3_000 });
    const commandsBefore = proxy.commands;
    const answers = await atRate(20, 12, () => userInfo(kunci.url, token, { limitMs: 10_000 }));
    const reached = (proxy.commands - commandsBefore) / answers.length;
    await watch.stop();
    return [
      ...checks,
      none(
        '3000 ms: answers other than 503',
        answers.filter((a) => a.status !== 503).map((a) => a.failure ?? a.status),
      ),
      atMost('3000 ms: slowest answer', Math.max(...answers.map(({ ms }) => ms)), ANSWER_MS, 'ms'),
      atMost('3000 ms: commands to the database for 100 requests', reached * 100, 20),
      atMost('memory grown by', watch.peakRss - before, 30, 'MB'),
    ];
  },
};
