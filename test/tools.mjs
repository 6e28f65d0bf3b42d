// What the tests use beside Node and the databases: a Redis, and what the snippets of docs/resource-servers need.
import { spawnSync } from 'node:child_process';

const run = (command, ...args) => spawnSync(command, args, { encoding: 'utf8' });

/** A Python with the packages that the Flask snippet needs: the one that PYTHON names, or one at hand. */
export function findPython() {
  const script = 'import sys, flask, jwt, cryptography; print(sys.executable)';
  // The first one on the PATH may be a build of someone's own, without the packages of the distribution.
  for (const name of [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean)) {
    const { status, stdout } = run(name, '-c', script);
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

/** An nginx with `auth_request`: the one that NGINX names, or one at hand; /usr/sbin is on the PATH of root only. */
export function findNginx() {
  const candidates = [process.env.NGINX, 'nginx', '/usr/sbin/nginx'].filter(Boolean);
  return candidates.find((name) => run(name, '-V').stderr?.includes('--with-http_auth_request_module'));
}

/** A Redis server, which the tests start and end themselves: the one that REDIS_SERVER names, or one at hand. */
export function findRedis() {
  const candidates = [process.env.REDIS_SERVER, 'redis-server', 'valkey-server'].filter(Boolean);
  return candidates.find((name) => run(name, '--version').status === 0);
}

/** Makes the certificate of the pages behind TLS. */
export const hasOpenssl = () => run('openssl', 'version').status === 0;
