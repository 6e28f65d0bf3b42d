// A private, throwaway database server: own data folder, own port, loopback. It can be killed and started again on the
// same data. Ended only by its own handle.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_DEADLINE_MS = 60_000;
const POLL_MS = 50;

export class DatabaseServer {
  /** @param name mariadb or mysql @throws if no such server is on the PATH or its data folder cannot be made */
  static async create(name, options = []) {
    const binary = findServer(name);
    if (!binary)
      throw new Error(
        `no ${name === 'mysql' ? 'mysqld of MySQL' : 'mariadbd'} on the PATH, and TEST_DATABASE_URL names none`,
      );
    const folder = mkdtempSync(join(tmpdir(), `kunci-${name}-`));
    const server = new DatabaseServer(name, binary, folder, await freePort(), options);
    server.makeDataFolder();
    return server;
  }

  constructor(name, binary, folder, port, options) {
    Object.assign(this, { name, binary, folder, port, options });
    this.url = `mysql://root@127.0.0.1:${port}`;
    this.asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  }

  get pid() {
    return this.child?.pid;
  }

  get isRunning() {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  makeDataFolder() {
    const data = ['--no-defaults', `--datadir=${join(this.folder, 'data')}`, ...this.asRoot];
    try {
      if (this.name === 'mysql') execFileSync(this.binary, [...data, '--initialize-insecure'], { stdio: 'pipe' });
      else {
        const init = [...data, '--auth-root-authentication-method=normal', '--skip-test-db'];
        execFileSync('mariadb-install-db', init, { stdio: 'pipe' });
      }
    } catch (error) {
      rmSync(this.folder, { recursive: true, force: true });
      const why = String(error.stderr ?? error).slice(-300);
      throw new Error(`its data folder could not be made: ${why}`, { cause: error });
    }
  }

  /** @returns its version, once it answers */
  async start() {
    const { name, folder, port } = this;
    const options = [
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      `--socket=${join(folder, 's')}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      ...(name === 'mysql' ? ['--mysqlx=OFF', '--secure-file-priv=NULL'] : []),
    ];
    this.child = spawn(this.binary, [...options, ...this.asRoot, ...this.options], { stdio: 'ignore' });
    const deadline = Date.now() + START_DEADLINE_MS;
    for (;;) {
      try {
        return await askVersion(this.url);
      } catch (error) {
        if (Date.now() > deadline || !this.isRunning)
          throw new Error(`it did not start: ${error.message}`, { cause: error });
        await sleep(POLL_MS);
      }
    }
  }

  /** Ends the process and leaves the data as it is: SIGKILL is a crash. */
  async end(signal = 'SIGTERM') {
    if (!this.isRunning) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }

  signal(signal) {
    this.child.kill(signal);
  }

  async destroy() {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function askVersion(url) {
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

/**
 * Below what the system hands out to clients (from 32768 on Linux): of a server that is down, the port could otherwise
 * be given to the very client that tries to reach it, which then is connected to itself.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
