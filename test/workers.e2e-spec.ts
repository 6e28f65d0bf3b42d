import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { registry } from '../src/monitoring/metrics.js';
import { freePort } from './database-server.mjs';
import { Api } from './support/api.js';
import { ROOM_TO_HASH, testSettings } from './support/app.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { seriesOf } from './support/metrics.js';
import { eventually, isRunning, KunciProcess } from './support/process.js';

describe(`several processes (${ENGINE})`, () => {
  let database: TestDatabase;
  let started: KunciProcess[] = [];
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterEach(async () => {
    await Promise.all(started.map((kunci) => kunci.stop()));
    started = [];
  });
  afterAll(() => database.drop());

  function start(changes: Record<string, string> = {}): KunciProcess {
    const kunci = new KunciProcess(testSettings(database, { WEB_CONCURRENCY: '2', LOG_LEVEL: 'info', ...changes }));
    started.push(kunci);
    return kunci;
  }

  /** Each on a connection of its own, so that they go to all processes in turn. */
  const send = (api: Api, token: string) =>
    api.send('GET', '/api/user-info', { headers: { authorization: `Bearer ${token}`, connection: 'close' } });

  const onServer = () => {
    it('serve on one port, say so once, and know each other’s people', async () => {
      const kunci = start();
      const url = await kunci.url();
      const api = new Api(url);
      const ana = await api.signedIn();
      const answers = await Promise.all(Array.from({ length: 20 }, () => send(api, ana.token)));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(kunci.stderr.match(/running at/g)).toHaveLength(1);
      expect(kunci.stderr).toContain('Processes: 2');
      const served = () => kunci.logged().filter(({ path }) => path === '/api/user-info');
      await eventually(() => served().length === 20);
      await eventually(() => kunci.workers().length === 2);
      expect([...new Set(served().map(({ pid }) => pid))].sort()).toEqual(kunci.workers().sort());
      await api.logout(ana.token);
      for (let i = 0; i < 4; i++) expect((await send(api, ana.token)).status).toBe(401);
    });

    it('go on when one is killed, and it is replaced', async () => {
      const kunci = start();
      const api = new Api(await kunci.url());
      const ana = await api.signedIn();
      await eventually(() => kunci.workers().length === 2);
      const [first, second] = kunci.workers() as [number, number];
      process.kill(first, 'SIGKILL');
      await eventually(() =>
        kunci.logged().some(({ msg, worker }) => String(msg).includes('replaced') && worker === first),
      );
      // The one that is left serves meanwhile.
      expect((await send(api, ana.token)).status).toBe(200);
      await eventually(() => kunci.workers().length === 2);
      expect(kunci.workers()).toContain(second);
      const ended = kunci.logged().filter(({ worker, signal }) => worker === first && signal === 'SIGKILL');
      expect(ended).toMatchObject([{ level: 'error', pauseMs: 0 }]);
      for (let i = 0; i < 4; i++) expect((await send(api, ana.token)).status).toBe(200);
    });

    it('end in order when told to, with what is in flight answered', async () => {
      const kunci = start({ ...ROOM_TO_HASH, BCRYPT_COST: '13' });
      const api = new Api(await kunci.url());
      const ana = await api.person();
      await eventually(() => kunci.workers().length === 2);
      const pids = kunci.workers();
      const logins = Array.from({ length: 4 }, () => api.login(ana.email, ana.password));
      await new Promise((resolve) => setTimeout(resolve, 300));
      const ended = kunci.stop();
      expect((await Promise.all(logins)).map(({ status }) => status)).toEqual(Array(4).fill(200));
      expect(await ended).toBe(0);
      expect(pids.filter(isRunning)).toEqual([]);
      await expect(api.userInfo()).rejects.toThrow();
    });

    it('end in order when the one that started them is killed', async () => {
      const kunci = start({ ...ROOM_TO_HASH, BCRYPT_COST: '13' });
      const api = new Api(await kunci.url());
      const ana = await api.person();
      await eventually(() => kunci.workers().length === 2);
      const pids = kunci.workers();
      const logins = Array.from({ length: 4 }, () => api.login(ana.email, ana.password));
      await new Promise((resolve) => setTimeout(resolve, 300));
      kunci.signal('SIGKILL');
      expect((await Promise.all(logins)).map(({ status }) => status)).toEqual(Array(4).fill(200));
      await eventually(() => !pids.some(isRunning));
    });

    it('are measured together', async () => {
      const port = await freePort();
      const kunci = start({ METRICS_HOST: '127.0.0.1', METRICS_PORT: String(port) });
      const api = new Api(await kunci.url());
      await Promise.all(Array.from({ length: 20 }, () => send(api, 'none')));
      const served = () => kunci.logged().filter(({ path }) => path === '/api/user-info');
      await eventually(() => served().length === 20);
      expect(new Set(served().map(({ pid }) => pid)).size).toBe(2);
      const scrape = await new Api(`http://127.0.0.1:${port}`).send('GET', '/metrics');
      expect([scrape.status, scrape.headers.get('content-type')]).toEqual([200, registry.contentType]);
      const counted = 'kunci_http_requests_total{method="GET",route="/api/user-info",status="401"}';
      expect(seriesOf(scrape.text).get(counted)).toBe(20);
    });

    it('tell once that the port is taken, and do not try again', async () => {
      const first = start({ WEB_CONCURRENCY: '1' });
      const { port } = new URL(await first.url());
      const second = start({ PORT: port });
      expect(await second.exitCode()).toBe(1);
      expect(second.stderr.match(/Port \d+ of 127\.0\.0\.1 is taken/g)).toHaveLength(1);
      expect(second.stderr).not.toContain('    at ');
    });
  };

  it('tell once what is wrong with the settings', async () => {
    const kunci = start({ BCRYPT_COST: '9' });
    expect(await kunci.exitCode()).toBe(1);
    expect(kunci.stderr.match(/BCRYPT_COST must be/g)).toHaveLength(1);
  });

  // SQLite is served by one process unless Redis counts for all: src/config/processes.spec.ts.
  if (ENGINE !== 'sqlite') describe('on a server', onServer);
});
