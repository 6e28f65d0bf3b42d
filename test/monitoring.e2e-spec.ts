import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/env.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { Api, newEmail } from './support/api.js';
import { startApp, testSettings } from './support/app.js';
import { auditEvents, written } from './support/audit.js';
import { kidOf } from './support/cli.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { KunciProcess } from './support/process.js';

/** Makes the process do something on a signal that no other code of it listens to. */
const onSignal = (code: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,process.on('SIGUSR2',()=>{${encodeURIComponent(code)}})`,
});

describe('a process seen from outside', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  async function events(): Promise<{ event: string; detail: string | null }[]> {
    const settings = readSettings(testSettings(database));
    const dataSource = await new DataSource(dataSourceOptions(settings.database)).initialize();
    try {
      return await dataSource.query('SELECT * FROM audit_events ORDER BY at');
    } finally {
      await dataSource.destroy();
    }
  }

  const linesOf = (kunci: KunciProcess) =>
    kunci.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('has written every event when it has ended in order, in the table and in the log', async () => {
    const kunci = new KunciProcess(testSettings(database, { LOG_LEVEL: 'info' }));
    const api = new Api(await kunci.url());
    const password = 'open sesame 1234';
    const ana = await api.signedIn({ password });
    const stranger = newEmail();
    await Promise.all(Array.from({ length: 300 }, () => api.login('nobody', password)));
    await api.login(stranger, password);
    expect(await kunci.stop()).toBe(0);
    const rows = await events();
    const countOf = (list: { event?: unknown }[]) => (name: string) =>
      list.filter(({ event }) => event === name).length;
    const logged = linesOf(kunci).filter(({ msg }) => msg === 'security event');
    for (const count of [countOf(rows), countOf(logged)]) {
      expect(count('authn_login_fail')).toBe(301);
      expect(count('user_created')).toBe(1);
      expect(count('session_created')).toBe(1);
      expect([count('sys_startup'), count('sys_shutdown')]).toEqual([1, 1]);
    }
    expect(logged.find(({ event }) => event === 'authn_login_success')).toEqual({
      level: 'info',
      time: expect.any(String),
      context: 'AuditService',
      msg: 'security event',
      event: 'authn_login_success',
      userId: expect.any(Number),
      ip: '127.0.0.1',
      userAgent: 'node',
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    for (const secret of [password, ana.email, stranger, ana.refreshToken, ...ana.token.split('.')]) {
      expect(kunci.stdout + JSON.stringify(rows)).not.toContain(secret);
    }
  });

  it('has written the events of a command when that has ended', async () => {
    const settings = testSettings(database);
    const created = await kidOf(settings, 'keys:create', '--alg', 'ES256');
    const rotated = await kidOf(settings, 'keys:rotate');
    const rows = (await events()).filter(({ event }) => event === 'sensitive_create');
    expect(rows.map(({ detail }) => detail)).toEqual([`signing_key ${created}`, `signing_key_rotated ${rotated}`]);
  });

  it.each([
    ['an error that nobody caught', "throw Object.assign(new Error('boom'),{parameters:['tr0ub'+'4dor']})", 'boom'],
    ['a rejection that nobody caught', "void Promise.reject(new Error('boom'))", 'boom'],
    ['a rejection with a text', "void Promise.reject('tr0ub'+'4dor')", undefined],
  ])('ends with 1 and one last line with the stack at %s', async (_what, code, message) => {
    const kunci = new KunciProcess(testSettings(database, { LOG_LEVEL: 'info', ...onSignal(code) }));
    await kunci.url();
    expect(await kunci.stop('SIGUSR2')).toBe(1);
    const last = linesOf(kunci).find(({ level }) => level === 'fatal') as {
      event: string;
      err: Record<string, unknown>;
    };
    expect(last).toMatchObject({ msg: 'crash', event: 'sys_crash' });
    expect(last.err.message).toBe(message);
    if (message) expect((last.err.stack as string[])[0]).toMatch(/^at /);
    expect(kunci.stdout + kunci.stderr).not.toContain('tr0ub4dor');
  });

  it('serves its metrics where the settings say, and says where', async () => {
    const METRICS_TOKEN = 'wer-misst-misst-Mist-0123456789-abcdef';
    const kunci = new KunciProcess(
      testSettings(database, { METRICS_HOST: '127.0.0.1', METRICS_PORT: '0', METRICS_TOKEN }),
    );
    await kunci.url();
    const [, url = ''] = /Metrics at (http:\S+)/.exec(kunci.stderr) ?? [];
    expect((await fetch(url)).status).toBe(401);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    expect(await answer.text()).toMatch(/^process_start_time_seconds \d/m);
    const second = new KunciProcess(
      testSettings(database, { METRICS_HOST: '127.0.0.1', METRICS_PORT: new URL(url).port, METRICS_TOKEN }),
    );
    expect(await second.exitCode()).toBe(1);
    expect(second.stderr).toContain(`METRICS_PORT ${new URL(url).port} cannot be listened on (EADDRINUSE)`);
    expect(await kunci.stop()).toBe(0);
    expect(kunci.stderr + second.stderr).not.toContain(METRICS_TOKEN);
  });

  it('goes on when the table of events is away, and writes what waited once it is back', async () => {
    const test = await startApp();
    try {
      await written(test.dataSource, 1);
      await test.dataSource.query('ALTER TABLE audit_events RENAME TO away');
      const ana = await test.api.signedIn();
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect((await test.api.userInfo(ana.token)).status).toBe(200);
      await test.dataSource.query('ALTER TABLE away RENAME TO audit_events');
      const names = (await written(test.dataSource, 4)).map(({ event }) => event);
      expect(names.sort()).toEqual(['authn_login_success', 'session_created', 'sys_startup', 'user_created']);
      expect(await auditEvents(test.dataSource).count()).toBe(4);
    } finally {
      await test.stop();
    }
  });

  const onServer = () => {
    it('outlives connections that the server ends', async () => {
      const test = await startApp();
      try {
        const ana = await test.api.signedIn();
        await Promise.all(Array.from({ length: 8 }, () => test.api.userInfo(ana.token)));
        const runner = test.dataSource.createQueryRunner();
        const idle = (await runner.query(
          'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
        )) as { id?: number; ID?: number }[];
        for (const { id, ID } of idle) await runner.query(`KILL ${Number(id ?? ID)}`);
        await runner.release();
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect((await test.api.userInfo(ana.token)).status).toBe(200);
      } finally {
        await test.stop();
      }
    });
  };
  // What an engine does not have is not a test that was left out.
  if (ENGINE !== 'sqlite') describe('on a database server', onServer);
});
