import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { registry } from '../src/monitoring/metrics.js';
import { type MetricsServer, startMetricsServer } from '../src/monitoring/metrics-server.js';
import { RATE_LIMITS } from '../src/http/rate-limits.js';
import { Api, newEmail, PASSWORD } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { ENGINE } from './support/database.js';
import { seriesOf } from './support/metrics.js';

const TOKEN = 'gemessen-wird-nur-mit-diesem-Wort-1234';

describe('metrics', () => {
  let test: TestApp;
  let server: MetricsServer;
  beforeAll(async () => {
    test = await startApp({
      METRICS_HOST: '127.0.0.1',
      RATE_LIMITS: 'on',
      TRUST_PROXY: '127.0.0.1',
      REFRESH_GRACE: '0',
    });
    const settings = { host: '127.0.0.1', port: 0, token: TOKEN };
    server = await startMetricsServer(settings, () => registry.metrics(), registry.contentType);
  });
  afterAll(async () => {
    await server.close();
    await test.stop();
  });

  const metrics = () => new Api(server.url);
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const scrape = async () => (await metrics().send('GET', '/metrics', bearer(TOKEN))).text;

  /** What a story adds. A request is counted a moment after its client has the answer. */
  async function added(story: () => Promise<unknown>): Promise<(series: string) => number> {
    const before = seriesOf(await scrape());
    await story();
    await sleep(100);
    const after = seriesOf(await scrape());
    return (series) => (after.get(series) ?? 0) - (before.get(series) ?? 0);
  }

  it('count and time requests by the pattern of their route, method and status', async () => {
    const count = await added(async () => {
      const ana = await test.api.signedIn();
      await test.api.userInfo(ana.token);
      await test.api.userInfo();
      await test.api.as(ana.token, 'DELETE', '/api/sessions/some-id');
    });
    const labels = (method: string, route: string, status: number) =>
      `{method="${method}",route="${route}",status="${status}"}`;
    for (const of of [
      labels('POST', '/api/register', 201),
      labels('POST', '/api/login', 200),
      labels('GET', '/api/user-info', 200),
      labels('GET', '/api/user-info', 401),
      labels('DELETE', '/api/sessions/:id', 404),
    ]) {
      expect([of, count(`kunci_http_requests_total${of}`)]).toEqual([of, 1]);
      expect(count(`kunci_http_request_duration_seconds_count${of}`)).toBe(1);
    }
    const login = labels('POST', '/api/login', 200);
    // A hash of cost 10 takes longer than this on any machine, and a request less than the 20 s it may take.
    expect(count(`kunci_http_request_duration_seconds_sum${login}`)).toBeGreaterThan(0.005);
    expect(count(`kunci_http_request_duration_seconds_sum${login}`)).toBeLessThan(20);
  });

  it('have one label for all paths that are none', async () => {
    const count = await added(async () => {
      for (let i = 0; i < 50; i++) await test.api.send('GET', `/made-up-${i}/${'x'.repeat(i)}?q=${i}`);
      for (let i = 0; i < 50; i++) await test.api.send('GET', `/assets/made-up-${i}.js`);
    });
    expect(count('kunci_http_requests_total{method="GET",route="unknown",status="404"}')).toBe(100);
    expect(await scrape()).not.toContain('made-up');
  });

  it('count a client that hung up', async () => {
    const { hostname, port } = new URL(test.url);
    const count = await added(async () => {
      const socket = connect(Number(port), hostname);
      const head = ['POST /api/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 500'];
      socket.write(`${head.join('\r\n')}\r\n\r\n{"email":`);
      await sleep(200);
      socket.resetAndDestroy();
    });
    expect(count('kunci_http_requests_total{method="POST",route="/api/login",status="aborted"}')).toBe(1);
    expect((await test.api.send('GET', '/health/live')).status).toBe(200);
  });

  it('count logins by their outcome, security events, reuse and limits', async () => {
    const count = await added(async () => {
      const ana = await test.api.signedIn();
      await test.api.login(ana.email, 'not it 1234');
      await test.api.login(newEmail(), PASSWORD);
      await test.api.refresh(ana.refreshToken);
      await sleep(50);
      await test.api.refresh(ana.refreshToken);
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.40' };
      const over = RATE_LIMITS.register.points + 3;
      for (let i = 0; i < over; i++) await test.api.send('POST', '/api/register', { headers, body: '{}' });
    });
    for (const [series, expected] of [
      ['kunci_logins_total{outcome="success"}', 1],
      ['kunci_logins_total{outcome="wrong_password"}', 1],
      ['kunci_logins_total{outcome="unknown_user"}', 1],
      ['kunci_refresh_reuse_total', 1],
      ['kunci_limiter_hits_total{limit="register"}', 3],
      ['kunci_security_events_total{event="user_created"}', 1],
      ['kunci_security_events_total{event="authn_login_fail"}', 2],
      ['kunci_security_events_total{event="excess_rate_limit_exceeded"}', 1],
    ] as const) {
      expect([series, count(series)]).toEqual([series, expected]);
    }
  });

  it('tell how the connections to the database are used', async () => {
    const uses = async () => {
      const series = seriesOf(await scrape());
      return ['active', 'idle', 'waiting'].map((state) => series.get(`kunci_db_connections{state="${state}"}`));
    };
    if (ENGINE === 'sqlite') {
      expect(await uses()).toEqual([undefined, undefined, undefined]);
      return;
    }
    const runners = Array.from({ length: 3 }, () => test.dataSource.createQueryRunner());
    await Promise.all(runners.map((runner) => runner.connect()));
    const [active = 0] = await uses();
    expect(active).toBeGreaterThanOrEqual(3);
    await Promise.all(runners.map((runner) => runner.release()));
    // The service's own statements may hold one of them for a moment.
    const idle = async () => Number((await uses())[1]);
    for (const until = Date.now() + 2_000; (await idle()) < 3 && Date.now() < until;) await sleep(20);
    expect(await idle()).toBeGreaterThanOrEqual(3);
  });

  it('are given to who has the token only', async () => {
    for (const init of [{}, bearer(''), bearer('wrong'), bearer(`${TOKEN}x`), { headers: { authorization: TOKEN } }]) {
      const answer = await metrics().send('GET', '/metrics', init);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="kunci metrics"']);
      expect(answer.text).not.toContain('kunci_');
    }
    const answer = await metrics().send('GET', '/metrics', bearer(TOKEN));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, registry.contentType]);
  });

  it('are all that their port serves', async () => {
    for (const path of ['/', '/health/live', '/api/user-info', '/metrics/x']) {
      expect((await metrics().send('GET', path, bearer(TOKEN))).status).toBe(404);
    }
    const answer = await metrics().send('POST', '/metrics', bearer(TOKEN));
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('are never on the port that everyone reaches', async () => {
    expect((await test.api.send('GET', '/metrics', bearer(TOKEN))).status).toBe(404);
  });
});
