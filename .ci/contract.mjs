// Replays the recorded HTTP contract and the attack cases of the "must" tier against the built server, on every engine
// at hand. Both live beside the project in ../shared; where they are not there, this says so and ends.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngines } from '../test/engines.mjs';

const REPLAY = '../shared/contract/replay.mjs';
const TORTURE = '../shared/security/torture.mjs';
const SECRET_KEY = 'seed-recording-secret-0123456789abcdef';
const PORT = String(20_000 + (process.pid % 10_000));
const base = `http://127.0.0.1:${PORT}`;

if (!existsSync(REPLAY) || !existsSync(TORTURE)) {
  console.log('The recorded contract is not beside the project: it is not replayed here.');
  process.exit(0);
}
const { running } = await startEngines();
let failed = running.length === 0;
try {
  for (const engine of running) await onEngine(engine);
} finally {
  await Promise.all(running.map((engine) => engine.stop()));
}
process.exitCode = failed ? 1 : 0;

async function onEngine({ name, version, url }) {
  const folder = mkdtempSync(join(tmpdir(), 'kunci-contract-'));
  const database = name === 'sqlite' ? { DB_PATH: join(folder, 'kunci.db') } : await emptyDatabase(name, url);
  const env = {
    PATH: process.env.PATH,
    DB_TYPE: name,
    ...database,
    SECRET_KEY,
    PORT,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'error',
    BCRYPT_COST: '10',
    REFRESH_GRACE: '1s',
  };
  const kunci = spawn(process.execPath, ['dist/main.js'], { env, stdio: ['ignore', 'inherit', 'ignore'] });
  const ended = once(kunci, 'exit');
  try {
    await ready(kunci);
    run(`contract on ${name} (${version})`, [REPLAY, '--base', base], {});
    const attacks = { BASE_URL: base, JWT_SECRET: SECRET_KEY, REFRESH_GRACE_MS: '1000' };
    run(`attacks on ${name} (${version})`, [TORTURE, '--tier=must'], attacks);
    await publishKey(env);
    // Without a key pair there is nothing to pass off as a secret.
    run(`attacks on ${name} with a key pair`, [TORTURE, '--only=E,J'], attacks);
  } finally {
    kunci.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(label, args, env) {
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  const lines = stdout.trim().split('\n');
  console.log([`== ${label}`, ...lines.filter((line) => line.startsWith('FAIL')), lines.at(-1)].join('\n'));
  failed ||= status !== 0;
}

async function emptyDatabase(name, url) {
  const { default: mysql } = await import('mysql2/promise');
  const connection = await mysql.createConnection(url);
  await connection.query('DROP DATABASE IF EXISTS kunci_contract');
  await connection.query('CREATE DATABASE kunci_contract');
  await connection.end();
  const { hostname, port, username, password } = new URL(url);
  return { DB_HOST: hostname, DB_PORT: port, DB_USERNAME: username, DB_PASSWORD: password, DB_NAME: 'kunci_contract' };
}

async function publishKey(env) {
  const { status } = spawnSync(process.execPath, ['dist/cli.js', 'keys:create', '--alg', 'ES256'], { env });
  if (status !== 0) throw new Error('No key could be made.');
  for (let i = 0; i < 75; i++) {
    const { keys } = await (await fetch(`${base}/.well-known/jwks.json`)).json();
    if (keys.length > 0) return;
    await sleep(200);
  }
  throw new Error('The key was not published.');
}

async function ready(kunci) {
  for (let i = 0; i < 150 && kunci.exitCode === null; i++) {
    const answer = await fetch(`${base}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error('The server did not become ready.');
}
