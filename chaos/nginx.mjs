// nginx in front of several services, as in a rolling deploy.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../test/database-server.mjs';
import { send } from './request.mjs';

/** @returns its URL */
export async function startNginx(scope, binary, ports) {
  const folder = mkdtempSync(join(tmpdir(), 'kunci-nginx-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configOf(folder, port, ports));
  const child = spawn(binary, ['-p', folder, '-e', join(folder, 'error'), '-c', join(folder, 'nginx.conf')], {
    stdio: 'ignore',
  });
  scope.defer(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 100 && child.exitCode === null; i++) {
    if ((await send(`${url}/health/live`)).status === 200) return url;
    await sleep(50);
  }
  throw new Error('nginx did not start.');
}

function configOf(folder, port, ports) {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  // A request whose connection was refused has not been sent: nginx gives it to the other one, whatever its method.
  return `
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    daemon off;
    worker_processes 1;
    pid ${folder}/pid;
    events { worker_connections 1024; }
    http {
      access_log off;
      ${paths.join('\n')}
      upstream kunci { ${ports.map((one) => `server 127.0.0.1:${one} max_fails=1 fail_timeout=1s;`).join(' ')} }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://kunci;
          proxy_next_upstream error timeout http_503;
          proxy_http_version 1.1;
          proxy_set_header Connection close;
        }
      }
    }`;
}
