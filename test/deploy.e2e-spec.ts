import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/env.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { freePort } from './database-server.mjs';
import { Api, newEmail, PASSWORD } from './support/api.js';
import { testSettings } from './support/app.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { eventually, KunciProcess } from './support/process.js';

const { TEST_NGINX } = process.env;

describe(`a deploy (${ENGINE})`, () => {
  let database: TestDatabase;
  let ports: [number, number, number];
  let nginx: ChildProcess | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'kunci-deploy-'));
  const servers: KunciProcess[] = [];
  beforeAll(async () => {
    database = await createDatabase();
    // Nothing holds one that was found: it could be found twice.
    const found = new Set<number>();
    while (found.size < 3) found.add(await freePort());
    ports = [...found] as typeof ports;
  });
  afterAll(async () => {
    nginx?.kill('SIGTERM');
    if (nginx) await once(nginx, 'close');
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
    await database.drop();
  });

  async function start(port: number): Promise<KunciProcess> {
    const server = new KunciProcess(testSettings(database, { PORT: String(port) }));
    servers.push(server);
    await server.url();
    return server;
  }

  async function startNginx(): Promise<Api> {
    const [front, one, two] = ports;
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
    writeFileSync(
      join(folder, 'conf'),
      `daemon off; master_process off; pid pid; error_log error.log; events {}
       http { access_log off; ${paths.join(' ')}
         upstream kunci { server 127.0.0.1:${one}; server 127.0.0.1:${two}; keepalive 16; }
         server { listen 127.0.0.1:${front};
           location / { proxy_pass http://kunci; proxy_http_version 1.1; proxy_set_header Connection '';
             proxy_next_upstream error timeout http_503; } } }`,
    );
    const options = ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'conf')];
    nginx = spawn(TEST_NGINX ?? '', options, { stdio: 'ignore' });
    const url = `http://127.0.0.1:${front}`;
    await eventually(() =>
      fetch(`${url}/health/live`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return new Api(url);
  }

  // Where nginx is not, `npm test` says so.
  const withNginx = TEST_NGINX ? it : it.skip;
  withNginx(
    'of one process after the other behind a proxy fails no request',
    async () => {
      const [first, second] = await Promise.all([start(ports[1]), start(ports[2])]);
      const api = await startNginx();
      const ana = await api.signedIn();
      // Logs in more often than an account has sessions, which would end those of Ana.
      const citra = await api.person();
      const registered = [ana.email, citra.email];
      const failed: string[] = [];
      let isOver = false;
      const load = async (send: () => Promise<{ status: number; text: string }>, expected: number) => {
        while (!isOver) {
          // The processes that start need the processors too.
          await new Promise((resolve) => setTimeout(resolve, 40));
          const { status, text } = await send();
          if (status !== expected) failed.push(`${status} ${text.slice(0, 200)}`);
        }
      };
      const register = async () => {
        const email = newEmail();
        const answer = await api.register({ name: 'Budi', email, password: PASSWORD });
        if (answer.status === 201) registered.push(email);
        return answer;
      };
      const clients = [
        ...Array.from({ length: 8 }, () => load(() => api.userInfo(ana.token), 200)),
        ...Array.from({ length: 2 }, () => load(() => api.login(citra.email, PASSWORD), 200)),
        ...Array.from({ length: 2 }, () => load(register, 201)),
      ];
      expect(await first.stop()).toBe(0);
      await start(ports[1]);
      // As long as nginx leaves one alone that has refused it.
      await new Promise((resolve) => setTimeout(resolve, 11_000));
      expect(await second.stop()).toBe(0);
      await start(ports[2]);
      isOver = true;
      await Promise.all(clients);
      expect(failed).toEqual([]);
      const dataSource = await new DataSource(
        dataSourceOptions(readSettings(testSettings(database)).database),
      ).initialize();
      const rows = await dataSource.query<{ email: string }[]>('SELECT email FROM users');
      await dataSource.destroy();
      expect(rows.map(({ email }) => email).sort()).toEqual(registered.sort());
    },
    400_000,
  );
});
