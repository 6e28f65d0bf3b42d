import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly } from './checks.mjs';
import { login, signUp, untilAnswered, userInfo } from './clients.mjs';
import { NotRun } from './runner.mjs';
import { send } from './request.mjs';

const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((arch) => `/usr/lib/${arch}/faketime/libfaketime.so.1`);
/** The shortest there is: an access token ends within the skews that are tried. */
const TOKEN_TTL = '60s';
const LIMIT_WINDOW_SECONDS = 60;
const LOGINS_OVER_LIMIT = 40;
/** The first wait of an account takes 30 s, and the clocks of those who share it may differ by a minute. */
const ACCOUNT_WAIT_SECONDS = 60;
const SKEWS = { '+30s': 200, '-30s': 200, '+5m': 401, '-5m': 401 };

export const r11 = {
  id: 'R11',
  title: 'The clocks of two processes differ; a clock jumps by an hour; the clock of the database is wrong',
  hurtsDatabase: true,
  async run(context) {
    const library = LIBRARIES.find(existsSync);
    if (!library) throw new NotRun('libfaketime is not installed');
    // Timers keep the real time: a clock that is set does not stop them.
    const faked = { LD_PRELOAD: library, FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_NO_CACHE: '1' };
    const settings = { ...(await context.schema()), ACCESS_TOKEN_TTL: TOKEN_TTL };
    const right = await context.kunci(settings).start();
    await right.ready();
    const checks = [];
    let expired;
    for (const [skew, expected] of Object.entries(SKEWS)) {
      const peer = await context.kunci({ ...settings, ...faked, FAKETIME: skew }).start();
      await peer.ready();
      const { token } = await signUp(peer.url);
      await peer.kill('SIGTERM');
      checks.push(exactly(`token of a peer at ${skew}`, (await userInfo(right.url, token)).status, expected));
      expired = token;
    }
    checks.push(...(await jump(context, settings, faked, expired)));
    checks.push(...(await oneHourBack(context, settings, faked)));
    return [...checks, ...(await wrongDatabaseClock(context))];
  },
};

/** @returns a service at the real time, and what sets its clock */
async function withClock({ kunci }, settings) {
  const service = kunci(settings);
  const file = join(service.folder, 'clock');
  const set = (offset) => writeFileSync(file, `${offset}\n`);
  set('+0s');
  await service.start({ FAKETIME_TIMESTAMP_FILE: file });
  await service.ready();
  return { url: service.url, set };
}

/** @param expired a token whose time was over before the jumps */
async function jump(context, settings, faked, expired) {
  const { url, set } = await withClock(context, { ...settings, ...faked, RATE_LIMITS: 'on' });
  const { email, token } = await signUp(url);
  const checks = [];
  for (const [offset, tokenStatus] of [
    ['+1h', 401],
    ['-1h', undefined],
  ]) {
    checks.push(exactly(`before ${offset}: more logins than the limit`, await exhaust(url, email), 429));
    set(offset);
    if (tokenStatus)
      checks.push(
        exactly(`${offset}: a token whose time is over then`, (await userInfo(url, token)).status, tokenStatus),
      );
    checks.push(exactly(`${offset}: a token that was over before`, (await userInfo(url, expired)).status, 401));
    const { status, headers } = await login(url, email, { password: 'no' });
    // It may be over by then: what must not be is that nobody may come back for an hour.
    const wait = status === 429 ? Number(headers['retry-after']) : 0;
    checks.push(atMost(`${offset}: the limit's window`, wait, LIMIT_WINDOW_SECONDS, 's'));
    checks.push(exactly(`${offset}: /health/ready`, (await send(`${url}/health/ready`)).status, 200));
  }
  return checks;
}

/** Two hours back are told by any counter; one hour is as long as the longest wait of an account may last. */
async function oneHourBack(context, settings, faked) {
  // Without the limits of addresses, which would refuse first.
  const { url, set } = await withClock(context, { ...settings, ...faked, RATE_LIMITS: 'off' });
  const { email } = await signUp(url);
  const checks = [exactly('before an hour back: more wrong passwords than are free', await exhaust(url, email), 429)];
  set('-1h');
  const from = performance.now();
  const waited = () => (performance.now() - from) / 1_000;
  let status;
  do {
    ({ status } = await login(url, email));
    if (status !== 200) await sleep(1_000);
  } while (status !== 200 && waited() <= ACCOUNT_WAIT_SECONDS);
  return [...checks, atMost("an hour back: the account's wait", waited(), ACCOUNT_WAIT_SECONDS, 's')];
}

/** @returns the last answer */
async function exhaust(url, email) {
  let status;
  for (let i = 0; i < LOGINS_OVER_LIMIT && status !== 429; i++)
    ({ status } = await login(url, email, { password: 'no' }));
  return status;
}

/** Whose time it is counts nothing: what expires is judged by the service alone. */
async function wrongDatabaseClock({ scope, database, service }) {
  const before = await database.query('SELECT @@GLOBAL.time_zone AS zone, @@GLOBAL.init_connect AS connect');
  scope.defer(() =>
    database.query('SET GLOBAL time_zone = ?, GLOBAL init_connect = ?', [before[0].zone, before[0].connect]),
  );
  await database.query(
    "SET GLOBAL time_zone = '+13:00', GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() + 3600'",
  );
  const { kunci } = await service({ SESSION_IDLE_TTL: '5m', ACCESS_TOKEN_TTL: TOKEN_TTL });
  const { token, refreshToken } = await signUp(kunci.url);
  const refresh = () => send(`${kunci.url}/api/refresh`, { method: 'POST', json: { refresh_token: refreshToken } });
  const refreshed = await untilAnswered(refresh, 200).catch(({ message }) => ({ status: message }));
  return [
    exactly('database an hour ahead: user-info', (await userInfo(kunci.url, token)).status, 200),
    exactly('database an hour ahead: refresh', refreshed.status, 200),
  ];
}
