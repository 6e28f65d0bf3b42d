// Finds the database engines at hand and starts a private, throwaway server for each: own data folder, own port, loopback.
// Only processes started here are ended, by their own handle.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_DEADLINE_MS = 60_000;
export const ENGINES = ['sqlite', 'mariadb', 'mysql'];

/**
 * @typedef {{ name: string, version: string, url?: string, stop: () => Promise<void> }} Engine
 * @returns {Promise<{ running: Engine[], missing: { name: string, why: string }[] }>}
 */
export async function startEngines(names = ENGINES) {
  const running = [];
  const missing = [];
  for (const name of names) {
    try {
      running.push(await startEngine(name));
    } catch (error) {
      missing.push({ name, why: error.message });
    }
  }
  return { running, missing };
}

async function startEngine(name) {
  if (name === 'sqlite') return { name, version: 'embedded', stop: async () => {} };
  const named = await fromUrl(process.env.TEST_DATABASE_URL, name);
  if (named) return named;
  const server = findServer(name);
  if (!server)
    throw new Error(
      `no ${name === 'mysql' ? 'mysqld of MySQL' : 'mariadbd'} on the PATH and TEST_DATABASE_URL does not name one`,
    );
  return startServer(name, server);
}

/** The server that TEST_DATABASE_URL names, if it is of this kind. */
async function fromUrl(url, name) {
  if (!url) return undefined;
  const version = await askVersion(url);
  if ((/mariadb/i.test(version) ? 'mariadb' : 'mysql') !== name) return undefined;
  return { name, version, url, stop: async () => {} };
}

async function askVersion(url) {
  const { default: mysql } = await import('mysql2/promise');
  const connection = await mysql.createConnection(url);
  const [[row]] = await connection.query('SELECT VERSION() AS version');
  await connection.end();
  return row.version;
}

/** `mysqld` is MariaDB's on some systems: only its own word counts. */
function findServer(name) {
  for (const binary of name === 'mysql' ? ['mysqld'] : ['mariadbd', 'mysqld']) {
    const { status, stdout } = spawnSync(binary, ['--no-defaults', '--version'], { encoding: 'utf8' });
    if (status === 0 && /mariadb/i.test(stdout) === (name === 'mariadb')) return binary;
  }
  return undefined;
}

async function startServer(name, binary) {
  const folder = mkdtempSync(join(tmpdir(), `kunci-${name}-`));
  const data = join(folder, 'data');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  const port = await freePort();
  try {
    if (name === 'mariadb') {
      const init = [
        '--no-defaults',
        `--datadir=${data}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        ...asRoot,
      ];
      execFileSync('mariadb-install-db', init, { stdio: 'pipe' });
    } else {
      execFileSync(binary, ['--no-defaults', '--initialize-insecure', `--datadir=${data}`, ...asRoot], {
        stdio: 'pipe',
      });
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`its data folder could not be made: ${String(error.stderr ?? error).slice(-300)}`, {
      cause: error,
    });
  }
  const options = [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${join(folder, 's')}`,
    `--pid-file=${join(folder, 'pid')}`,
  ];
  const network = [
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    ...(name === 'mysql' ? ['--mysqlx=OFF', '--secure-file-priv=NULL'] : []),
  ];
  const child = spawn(binary, [...options, ...network, ...asRoot], { stdio: 'ignore' });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `mysql://root@127.0.0.1:${port}`;
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      return { name, version: await askVersion(url), url, stop };
    } catch (error) {
      if (Date.now() > deadline || child.exitCode !== null) {
        await stop();
        throw new Error(`it did not start: ${error.message}`, { cause: error });
      }
      await sleep(200);
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
