// A flood of logins with wrong passwords. What hashing can give is measured in the same run. In short, it is measured beside
// as many clients who ask for what needs no hash: what these and the machine's other guests take is not the service's doing.
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareHashes } from '../bench/logins.mjs';
import { atLeast, atMost, none, note, percentile } from './checks.mjs';
import { atRate, Crowd, login, newEmail, signUp, untilAnswered, userInfo } from './clients.mjs';
import { send } from './request.mjs';
import { Watch } from './watch.mjs';

const CLIENTS = 200;
const PER_SECOND = 20;
const CALIBRATION_SECONDS = 4;
/** Sooner than any `Retry-After` says, and yet the refusals do not take the machine from what they are measured beside. */
const AFTER_REFUSAL_MS = 500;
/** 200 connections of the same millisecond take the client's processor as much as the server's. */
const ARRIVAL_MS = 1_000;
/** A server that people use is warm, and so is its memory. */
const WARM_UP_SECONDS = 4;
const QUIET_LOGINS = 5;
const CROWD = { limitMs: 30_000, pauseMs: AFTER_REFUSAL_MS, arrivalMs: ARRIVAL_MS };

export const r06 = {
  id: 'R6',
  title: '200 clients log in with wrong passwords without a pause',
  inShort: true,
  run: (context) => flood(context, {}, context.isShort ? 10 : 20),
};

export const r06b = {
  id: 'R6b',
  title: 'The same with the four threads that Node has by itself, which files and DNS share',
  run: (context) => flood(context, { UV_THREADPOOL_SIZE: '4' }, 15),
};

async function flood({ scope, service, isShort }, settings, seconds) {
  const cores = availableParallelism();
  const alone = isShort ? undefined : await compareHashes(cores, CALIBRATION_SECONDS);
  const { kunci } = await service({ BCRYPT_COST: '12', ...settings });
  const { url } = kunci;
  const account = await signUp(url);
  const asset = /\/assets\/[^"]+\.css/.exec((await send(`${url}/login`)).text)[0];
  const baseline = await quietLogins(url, account.email);
  await atRate(100, WARM_UP_SECONDS, () => userInfo(url, account.token));
  const control = isShort ? await withoutLogins(scope, url, () => userInfo(url, account.token)) : { ms: 0 };
  const possible = (alone ?? control).perSecond;
  const before = kunci.rss();
  const watch = new Watch(scope, kunci, []);
  const crowd = new FloodCrowd(scope, url, CROWD);
  const start = performance.now();
  crowd.start({ flood: CLIENTS });
  const beside = await Promise.all([
    atRate(PER_SECOND, seconds, () => userInfo(url, account.token)),
    atRate(PER_SECOND, seconds, () => send(`${url}/login`)),
    atRate(PER_SECOND, seconds, () => send(url + asset)),
  ]);
  const until = performance.now();
  const stopping = crowd.stop();
  await Promise.race([stopping, sleep(2_000)]);
  const afterwards = await quietLogins(url, account.email);
  await stopping;
  await watch.stop();
  const burst = await Promise.all(Array.from({ length: CLIENTS }, () => crowd.flood({})));
  const accepted = crowd.answers.filter(({ status }) => [200, 401].includes(status));
  const inTime = accepted.filter(({ sentAt, ms }) => sentAt + ms <= until).length / ((until - start) / 1000);
  const refused = crowd.answers.filter(({ status }) => [429, 503].includes(status));
  // All cores hash side by side.
  const hashMs = (1000 * cores) / possible;
  // On a machine that is shared: no longer than one hash takes there, or about what it took beside hashing elsewhere.
  const quick = isShort ? Math.max(250, hashMs, 2 * control.ms) : 100;
  const waits = accepted.map(({ ms }) => ms - hashMs);
  // The queue is five hashes long before the server has seen how long they take here.
  const bearable = isShort ? Math.max(2_000, 8 * hashMs) : 2_000;
  return [
    note(isShort ? 'hashes a second, beside clients without logins' : 'hashes a second, alone', possible),
    ...(isShort ? [note('user-info beside these, p99', control.ms, 'ms')] : []),
    atLeast('logins a second that were judged, against that', inTime / possible, 0.7, 'x'),
    atMost('wait of a judged login, p99', percentile(waits, 0.99), bearable, 'ms'),
    note('refused', refused.length),
    atMost(
      'refusals, p99',
      percentile(
        refused.map(({ ms }) => ms),
        0.99,
      ),
      quick,
      'ms',
    ),
    none(
      'refusals without Retry-After',
      refused.filter((a) => !a.retryAfter).map(({ status }) => status),
    ),
    ...crowd.faults({ allowed: [401, 429, 503] }),
    ...['user-info', 'page', 'asset'].flatMap((name, i) => besideChecks(name, beside[i], quick)),
    atMost('memory grown by', watch.peakRss - before, 50, 'MB'),
    atMost(
      'login p95 two seconds later, against before',
      percentile(afterwards, 0.95) / percentile(baseline, 0.95),
      1.5,
      'x',
    ),
    note(`${CLIENTS} logins on new connections in one millisecond: slowest refusal`, slowestRefusal(burst), 'ms'),
  ];
}

/** The same clients and as much hashing, but in a process of its own. */
async function withoutLogins(scope, url, ask) {
  const crowd = new FloodCrowd(scope, url, CROWD);
  crowd.start({ noLogin: CLIENTS });
  const [{ perSecond }, answers] = await Promise.all([
    compareHashes(availableParallelism(), CALIBRATION_SECONDS),
    ...[ask, () => send(`${url}/login`), () => send(`${url}/login`)].map((one) =>
      atRate(PER_SECOND, CALIBRATION_SECONDS, one),
    ),
  ]);
  await crowd.stop();
  const times = answers.map(({ ms }) => ms);
  return { perSecond, ms: percentile(times, 0.99) };
}

function slowestRefusal(answers) {
  return Math.max(...answers.filter(({ status }) => status === 503).map(({ ms }) => ms));
}

function besideChecks(name, answers, quick) {
  const bad = answers.filter(({ status }) => status !== 200);
  const p99 = percentile(
    answers.map(({ ms }) => ms),
    0.99,
  );
  return [
    none(
      `${name} other than 200`,
      bad.map((a) => a.failure ?? a.status),
    ),
    atMost(`${name} beside it, p99`, p99, quick, 'ms'),
  ];
}

async function quietLogins(url, email) {
  const times = [];
  for (let i = 0; i < QUIET_LOGINS; i++) {
    const answer = await untilAnswered(() => login(url, email, { limitMs: 10_000 }), 200).catch(() => undefined);
    times.push(answer?.ms ?? Infinity);
  }
  return times;
}

class FloodCrowd extends Crowd {
  /** Each time another address, so that no limit of an account is what refuses it. */
  flood(options) {
    return login(this.url, newEmail(), { password: 'wrong horse 9 battery', ...options });
  }

  /** As often as one who is refused. */
  async noLogin(options) {
    const answer = await send(`${this.url}/api/login`, { method: 'POST', json: {}, ...options });
    await sleep(AFTER_REFUSAL_MS * (0.5 + Math.random()));
    return answer;
  }
}
