import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, type Person } from './support/api.js';
import { testSettings } from './support/app.js';
import { kunci as runKunci } from './support/cli.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { KunciProcess } from './support/process.js';
import { REDIS_SERVER, TestRedis } from './support/redis.js';

const FREE = 10;
const WRONG = 'wrong 1234';
const LOGGED_WITHIN_MS = 20_000;

/** Of the test's own, so that it can be killed. */
(REDIS_SERVER ? describe : describe.skip)(`limits in Redis (${ENGINE})`, () => {
  const redis = new TestRedis();
  let database: TestDatabase;
  let kunci: KunciProcess;
  let api: Api;
  let ana: Person;

  beforeAll(async () => {
    database = await createDatabase();
    await redis.start();
    kunci = new KunciProcess(testSettings(database, { REDIS_URL: redis.url, LOG_LEVEL: 'warn' }));
    api = new Api(await kunci.url());
    ana = await api.person();
  });
  afterAll(async () => {
    await kunci.stop();
    await redis.kill();
    await database.drop();
  });

  const guess = async () => api.login(ana.email, WRONG);
  const countInLog = (text: string) => kunci.stdout.split(text).length - 1;
  const logged = async (text: string, times = 1) => {
    const deadline = Date.now() + LOGGED_WITHIN_MS;
    while (countInLog(text) < times && Date.now() < deadline) await sleep(50);
    expect(countInLog(text)).toBe(times);
  };

  it('wait longer each time, and let nobody in after 50', async () => {
    for (let i = 0; i < FREE; i++) expect((await guess()).status).toBe(401);
    for (let failures = FREE + 1; failures <= 50; failures++) {
      expect((await guess()).status).toBe(401);
      if (failures === 50) break;
      const refused = Number((await guess()).headers.get('retry-after'));
      const seconds = Math.min(30 * 2 ** (failures - FREE - 1), 3600);
      expect(refused).toBeLessThanOrEqual(seconds);
      expect(refused).toBeGreaterThan(seconds / 2);
      await redis.expire('kunci:strangers.wait:*');
    }
    await redis.expire('kunci:strangers.wait:*');
    const shut = await api.login(ana.email, ana.password);
    expect([shut.status, shut.headers.get('retry-after')]).toEqual([429, '3600']);
  });

  it('keep the failures of an account for ever, those of nobody for an hour', async () => {
    expect(await redis.entries('kunci:strangers.failures:user:*')).toEqual([
      { key: expect.stringMatching(/:user:\d+$/), value: 50, seconds: -1 },
    ]);
    await api.login('nobody@example.com', WRONG);
    const [nobody] = await redis.entries('kunci:strangers.failures:nobody:*');
    expect(nobody?.value).toBe(1);
    expect(nobody?.seconds).toBeGreaterThan(3000);
    expect(nobody?.seconds).toBeLessThanOrEqual(3600);
    expect(nobody?.key).not.toContain('example.com');
  });

  it('are forgotten for all processes when an operator unlocks the account', async () => {
    const settings = testSettings(database, { REDIS_URL: redis.url });
    const { exitCode, stdout, stderr } = await runKunci(settings, 'users:unlock', ana.email);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('is not locked. Failed logins are forgotten.');
    expect(await redis.entries('kunci:strangers.failures:user:*')).toEqual([]);
    expect((await api.login(ana.email, ana.password)).status).toBe(200);
  });

  it('are counted in the process while Redis is away, and the log says so, once', async () => {
    await redis.kill();
    await logged('Redis does not count the limits');
    const bob = await api.person();
    for (let i = 0; i < 5; i++) expect((await api.login(bob.email, bob.password)).status).toBe(200);
    const statuses = [];
    // From here bob's address is known: its counter is used up too before anyone is refused.
    for (let i = 0; i < 2 * FREE + 3; i++) statuses.push((await api.login(bob.email, WRONG)).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(2 * FREE + 2);
    expect(statuses.at(-1)).toBe(429);
    expect(countInLog('Redis does not count the limits')).toBe(1);
  });

  it('are counted in Redis again once it is back, and the log says so', async () => {
    await redis.start();
    await logged('Redis counts the limits again');
    const eve = await api.person();
    const deadline = Date.now() + LOGGED_WITHIN_MS;
    const counted = () => redis.entries('kunci:strangers.failures:user:*');
    while ((await counted()).length === 0 && Date.now() < deadline) await api.login(eve.email, WRONG);
    expect(await counted()).toHaveLength(1);
  });

  it('do not stop logins when Redis hangs', async () => {
    const eve = await api.person();
    redis.signal('SIGSTOP');
    try {
      for (let i = 0; i < 3; i++) expect((await api.login(eve.email, eve.password)).status).toBe(200);
    } finally {
      redis.signal('SIGCONT');
    }
  });

  it('do not keep the server from starting when Redis is away, nor from ending', async () => {
    await redis.kill();
    const other = new KunciProcess(testSettings(database, { REDIS_URL: redis.url }));
    try {
      const person = await new Api(await other.url()).person();
      expect((await new Api(await other.url()).login(person.email, person.password)).status).toBe(200);
    } finally {
      expect(await other.stop()).toBe(0);
    }
  });
});
