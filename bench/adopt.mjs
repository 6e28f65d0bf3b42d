// `node bench/adopt.mjs [rows]`: how fast `kunci adopt` takes over a MariaDB or MySQL table, with how much memory, and
// beside it what copying the same rows with the server's own tools takes. TEST_SERVER_URL names the server (default
// mysql://root@127.0.0.1:3306), whose user may make databases. Needs a build (`npm run build`).
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rows = Number(process.argv[2] ?? 100_000);
const server = new URL(process.env.TEST_SERVER_URL ?? 'mysql://root@127.0.0.1:3306');
const BATCH = 5_000;
const SAMPLE_EVERY_MS = 50;

const suffix = randomBytes(4).toString('hex');
const [oldName, newName, copyName] = ['old', 'new', 'copy'].map((name) => `kunci_adopt_${name}_${suffix}`);
const password = decodeURIComponent(server.password);
const connection = await mysql.createConnection({ uri: server.href, charset: 'utf8mb4' });

try {
  await fill();
  const settings = {
    DB_TYPE: process.env.TEST_ENGINE ?? 'mariadb',
    DB_HOST: server.hostname,
    DB_PORT: server.port || '3306',
    DB_USERNAME: decodeURIComponent(server.username),
    DB_PASSWORD: password,
    DB_NAME: newName,
    SECRET_KEY: randomBytes(32).toString('hex'),
    ADOPT_PASSWORD: password,
  };
  const from = `mysql://${server.username}@${server.hostname}:${settings.DB_PORT}/${oldName}`;
  const cli = [join(root, 'dist', 'cli.js'), 'adopt', '--from', from, '--yes'];
  const { version } = (await connection.query('SELECT VERSION() AS version'))[0][0];
  process.stdout.write(`${rows} rows, ${version}, Node ${process.version}, ${cpus().length} x ${cpus()[0].model}\n`);
  const dump = await run('sh', ['-c', copyCommand()], { MYSQL_PWD: password });
  tell('mysqldump | mysql', dump);
  tell('kunci adopt', await run(process.execPath, cli, settings));
  tell('kunci adopt, again', await run(process.execPath, cli, settings));
  const [[there]] = await connection.query(
    `SELECT COUNT(*) AS n, COUNT(DISTINCT email_canonical) AS d FROM ${newName}.users`,
  );
  process.stdout.write(`accounts afterwards: ${there.n}, different addresses: ${there.d}\n`);
} finally {
  for (const name of [oldName, newName, copyName]) await connection.query(`DROP DATABASE IF EXISTS ${name}`);
  await connection.end();
}

/** The table of the original, with hashes as long as those of Werkzeug. */
async function fill() {
  for (const name of [oldName, newName, copyName])
    await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  await connection.query(
    `CREATE TABLE ${oldName}.user (id INTEGER PRIMARY KEY AUTO_INCREMENT, name VARCHAR(150) NOT NULL, ` +
      'email VARCHAR(150) UNIQUE NOT NULL, password VARCHAR(255) NOT NULL)',
  );
  for (let first = 1; first <= rows; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, rows - first + 1) }, (_, i) => [
      first + i,
      `Person ${first + i}`,
      `Person.${first + i}@Example.com`,
      `scrypt:32768:8:1$${randomBytes(8).toString('hex')}$${randomBytes(64).toString('hex')}`,
    ]);
    await connection.query(`INSERT INTO ${oldName}.user (id, name, email, password) VALUES ?`, [batch]);
  }
}

function copyCommand() {
  const to = `-h ${server.hostname} -P ${server.port || 3306} -u ${decodeURIComponent(server.username)}`;
  return `mysqldump ${to} --single-transaction ${oldName} user | mysql ${to} ${copyName}`;
}

/** @returns seconds, and the most memory that the process itself had (Linux; 0 elsewhere) */
function run(command, args, env) {
  const startedAt = performance.now();
  const { PATH, NODE_OPTIONS = '' } = process.env;
  const child = spawn(command, args, {
    env: { PATH, NODE_OPTIONS, ...env },
    cwd: '/tmp',
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peakKb = 0;
  const sampling = setInterval(() => {
    peakKb = Math.max(peakKb, peakOf(child.pid));
  }, SAMPLE_EVERY_MS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      clearInterval(sampling);
      if (code === 0) resolve({ seconds: (performance.now() - startedAt) / 1000, peakKb });
      else reject(new Error(`${command} ended with ${code}`));
    });
  });
}

function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function tell(what, { seconds, peakKb }) {
  const memory = what.startsWith('kunci') ? `, ${Math.round(peakKb / 1024)} MB at most` : '';
  process.stdout.write(`${what}: ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows a second${memory}\n`);
}
