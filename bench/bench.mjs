// `npm run bench`: Kunci against the least code that could do the same, on one machine and database, in turns. Only the
// ratios mean anything elsewhere. BENCH_SECONDS sets the length of every phase, BENCH_CONCURRENCY the logins at once,
// BENCH_ENGINE (mysql or mariadb) the database, BENCH_USERS how many are in it.
import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install } from '../scripts/prepare.mjs';
import { checkSameAnswers, checkSameUser } from './answers.mjs';
import { CONNECTIONS, findGenerator } from './load.mjs';
import { compareHashes, sendLogins } from './logins.mjs';
import { startOriginal } from './original.mjs';
import { atEnd, cpuSeconds, endAll, startServer } from './processes.mjs';
import { compare, conclude, formatCpu, print, row } from './report.mjs';

const USER_INFO = { rounds: 5, seconds: secondsOr(5), warmUp: secondsOr(3), target: 1 };
/** Over the original's kind of set-up. */
const MACHINE = { rounds: 3, target: 3 };
const LOGINS = {
  rounds: 5,
  seconds: secondsOr(6),
  concurrency: Number(process.env.BENCH_CONCURRENCY) || 8,
  target: 0.95,
};
/** From all over the table, so that a larger one is read in more places. */
const TOKENS = 5_000;
/** A slow disk may take so long for each user that is written. */
const FILL_MS = 0.5;

/** Something that hangs must not keep a database running. */
const deadlineMs = (users) =>
  110_000 +
  users * FILL_MS +
  1_000 *
    (USER_INFO.rounds * USER_INFO.seconds + LOGINS.rounds * LOGINS.seconds + MACHINE.rounds * USER_INFO.seconds) *
    2;

install();
build();
// Not before: these need packages and the built application.
const { createDatabase, makeCredentials, makeTokens, USERS } = await import('./database.mjs');
const { hashPassword } = await import('../dist/passwords/bcrypt-sha256.js');
const { headerOf, sharedKey } = await import('../dist/keys/key-ring.js');
const { startEngines } = await import('../test/engines.mjs');

let exitCode = 0;
try {
  await Promise.race([main(), interruption()]);
} catch (error) {
  process.stderr.write(`\n${error.stack}\n`);
  exitCode = 1;
}
await endAll();
process.exit(exitCode);

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'kunci-bench-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const engine = await startEngine();
  const generator = findGenerator(folder);
  describeMachine(engine, generator);
  const database = await createDatabase(engine);
  const env = { ...database.settings, SECRET_KEY: randomBytes(48).toString('base64') };
  const kunci = await startKunci(folder, env);
  await database.fill(hashPassword);
  const reference = join(import.meta.dirname, 'handwritten.mjs');
  const handwritten = await startServer('hand-written', reference, { env, cwd: folder });
  const key = sharedKey(createSecretKey(env.SECRET_KEY, 'utf8'), true);
  const header = Buffer.from(JSON.stringify(headerOf(key))).toString('base64url');
  const tokens = makeTokens(env.SECRET_KEY, header, TOKENS);
  await checkSameAnswers([kunci, handwritten], tokens[0]);
  const load = ({ url }, seconds) => generator.load(url, tokens, seconds);
  const userInfo = await measureUserInfo([kunci, handwritten], load);
  const logins = await measureLogins(kunci);
  const machine = await measureMachine(folder, env, load, tokens[0]);
  print();
  conclude('user-info', userInfo, 'hand-written', USER_INFO.target);
  conclude('logins', logins, 'raw bcrypt', LOGINS.target);
  if (machine !== undefined) conclude('whole machine', machine, 'Flask', MACHINE.target);
}

async function startEngine() {
  const names = process.env.BENCH_ENGINE ? [process.env.BENCH_ENGINE] : ['mysql', 'mariadb'];
  const reasons = [];
  for (const name of names) {
    const starting = startEngines([name]);
    // Before it has started, because an interruption in between must not leave it behind.
    atEnd(async () => Promise.all((await starting).running.map((engine) => engine.stop())));
    const { running, missing } = await starting;
    if (running[0]?.url) return running[0];
    reasons.push(...missing.map(({ why }) => `${name}: ${why}`));
  }
  throw new Error(`There is no MySQL or MariaDB to measure on.\n${reasons.join('\n')}`);
}

function startKunci(folder, settings) {
  const log = openSync(join(folder, 'kunci.log'), 'a');
  // Production settings. Only the rate limits are off, because one address sends everything.
  const env = { ...settings, NODE_ENV: 'production', PORT: '0', RATE_LIMITS: 'off' };
  return startServer('Kunci', join(import.meta.dirname, '../dist/main.js'), { env, cwd: folder, stdout: log });
}

async function measureUserInfo(servers, load) {
  const { rounds, seconds, warmUp } = USER_INFO;
  print(
    `\nGET /api/user-info, ${CONNECTIONS} connections, ${Math.min(TOKENS, USERS)} tokens, ${USERS} users, per second`,
  );
  for (const server of servers) await load(server, warmUp);
  const names = servers.map(({ name }) => name);
  return alternate(rounds, names, (index) => withCpu(servers[index], () => load(servers[index], seconds)));
}

/** As many processes as cores, of Kunci and of what it replaces. */
async function measureMachine(folder, env, load, token) {
  const workers = Math.max(2, availableParallelism());
  const { seconds, warmUp } = USER_INFO;
  print(`\nGET /api/user-info, ${workers} processes, ${CONNECTIONS} connections, per second`);
  const kunci = await startKunci(folder, { ...env, WEB_CONCURRENCY: String(workers) });
  const original = await startOriginal(workers, env);
  if (original.missing !== undefined) {
    await load(kunci, warmUp);
    const { perSecond } = await load(kunci, seconds);
    row('Kunci', perSecond.toFixed(0));
    print(`  Flask behind gunicorn was not measured: ${original.missing}`);
    return undefined;
  }
  const servers = [kunci, original];
  await checkSameUser(servers, token);
  for (const server of servers) await load(server, warmUp);
  const names = servers.map(({ name }) => name);
  return alternate(MACHINE.rounds, names, (index) => withCpu(servers[index], () => load(servers[index], seconds)));
}

async function measureLogins(kunci) {
  const { rounds, seconds, concurrency } = LOGINS;
  print(`\nPOST /api/login, bcrypt cost 12, ${concurrency} at once, per second`);
  const credentials = makeCredentials(1_000);
  const measures = [
    () => withCpu(kunci, () => sendLogins(kunci.url, credentials, concurrency, seconds)),
    () => compareHashes(concurrency, seconds),
  ];
  return alternate(rounds, ['Kunci', 'raw bcrypt'], (index) => measures[index]());
}

/** Adds what the server spent on it to what a load measured. */
async function withCpu(server, load) {
  const before = cpuSeconds(server);
  const measured = await load();
  return { ...measured, cpu: cpuSeconds(server) - before };
}

/** The two in turns, the other one first in every other round: what slows the machine down then hits both. */
async function alternate(rounds, names, measure) {
  const results = [[], []];
  row('', ...names, 'ratio');
  for (let round = 1; round <= rounds; round++) {
    for (const index of round % 2 === 1 ? [0, 1] : [1, 0]) results[index].push(await measure(index));
    compare(`round ${round}`, ...results.map((measured) => measured.at(-1).perSecond));
  }
  // Says more than the rates do when something else keeps the machine busy.
  const perRequest = (measured) => formatCpu(sum(measured, 'cpu') / sum(measured, 'count'));
  if (process.platform === 'linux') row('process CPU / request', ...results.map(perRequest));
  const [ours, theirs] = results.map((measured) => measured.map(({ perSecond }) => perSecond));
  compare('median', median(ours), median(theirs));
  // The two of a round ran one after the other: where the machine's pace drifts, only their ratios can be compared.
  const ratio = median(ours.map((value, round) => value / theirs[round]));
  print(`  median of the rounds' ratios: ${ratio.toFixed(2)}`);
  return ratio;
}

function sum(items, key) {
  return items.reduce((total, item) => total + item[key], 0);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function describeMachine(engine, generator) {
  const { model = 'unknown processor' } = cpus()[0] ?? {};
  print(`Node ${process.version}, ${model.trim()}, ${availableParallelism()} cores`);
  print(`${engine.name} ${engine.version}, ${generator.name}, all on this machine`);
}

/** Rejects when someone wants it to end, or it takes too long. */
function interruption() {
  return new Promise((_, reject) => {
    const end = (signal) => reject(new Error(`Ended by ${signal}`));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
    const deadline = deadlineMs(USERS);
    setTimeout(() => reject(new Error(`Not done after ${deadline / 1_000} seconds`)), deadline).unref();
  });
}

function secondsOr(usual) {
  return Math.max(1, Math.round(Number(process.env.BENCH_SECONDS) || usual));
}
