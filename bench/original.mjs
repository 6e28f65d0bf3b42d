// The original's kind of set-up, if this machine has what it takes: Flask behind gunicorn, a worker for each core.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { startCommand } from './processes.mjs';

const INTERPRETERS = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean);
const NEEDED = 'import flask, gunicorn, jwt, pymysql';

/** @returns a server, or in `missing` why there is none */
export async function startOriginal(workers, env) {
  const python = INTERPRETERS.find((name) => spawnSync(name, ['-c', NEEDED]).status === 0);
  if (python === undefined) return { missing: 'no python3 with flask, jwt, pymysql and gunicorn' };
  const url = `http://127.0.0.1:${await freePort()}`;
  const options = ['--workers', String(workers), '--bind', new URL(url).host, '--log-level', 'warning'];
  const args = ['-m', 'gunicorn', ...options, '--chdir', import.meta.dirname, 'original:app'];
  try {
    return await startCommand('Flask', python, args, { env: { ...env, PYTHONDONTWRITEBYTECODE: '1' }, url });
  } catch (error) {
    return { missing: error.message };
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
