import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RATE_LIMITS } from '../src/http/rate-limits.js';
import { Api, newEmail, type Person } from './support/api.js';
import { testSettings } from './support/app.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { eventually, KunciProcess } from './support/process.js';
import { REDIS_SERVER, TestRedis } from './support/redis.js';

const FREE = 10;
const WRONG = 'wrong 1234';
const CLIENTS = 4;

const STORES = [...(ENGINE === 'sqlite' ? [] : ['the database']), ...(REDIS_SERVER ? ['Redis'] : [])];
const describeEach = STORES.length > 0 ? describe.each(STORES) : describe.skip.each(['nothing that they share']);
const countOf = (statuses: number[], status: number) => statuses.filter((one) => one === status).length;

describeEach('limits of two processes, counted in %s', (store) => {
  const redis = new TestRedis();
  const processes: KunciProcess[] = [];
  const apis: Api[] = [];
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase();
    if (store === 'Redis') await redis.start();
    const changes = { RATE_LIMITS: 'on', LOG_LEVEL: 'warn', ...(store === 'Redis' && { REDIS_URL: redis.url }) };
    for (let i = 0; i < 2; i++) processes.push(new KunciProcess(testSettings(database, changes)));
    for (const kunci of processes) apis.push(new Api(await kunci.url()));
  });
  afterAll(async () => {
    await Promise.all(processes.map((kunci) => kunci.stop()));
    await redis.kill();
    await database.drop();
  });

  /** Half of them by each process, a few at once: of many at one row the last would wait longer than for a store. */
  const all = async (times: number, login: (api: Api) => Promise<{ status: number }>) => {
    const statuses: number[] = [];
    let sent = 0;
    const client = async () => {
      while (sent < times) statuses.push((await login(apis[sent++ % 2]!)).status);
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    return statuses;
  };

  it('let through what is allowed for both together', async () => {
    const statuses = await all(2 * RATE_LIMITS.login.points, (api) => api.login('nobody', WRONG));
    expect(countOf(statuses, 401)).toBe(RATE_LIMITS.login.points);
    expect(countOf(statuses, 429)).toBe(RATE_LIMITS.login.points);
  });

  it('said nothing of a store that is away', () => {
    for (const { stdout } of processes) expect(stdout).not.toContain('"context":"Limits"');
  });
});

describeEach('guesses at two processes, counted in %s', (store) => {
  const redis = new TestRedis();
  const processes: KunciProcess[] = [];
  const apis: Api[] = [];
  let database: TestDatabase;
  let ana: Person;

  beforeAll(async () => {
    database = await createDatabase();
    if (store === 'Redis') await redis.start();
    const changes = { LOG_LEVEL: 'warn', ...(store === 'Redis' && { REDIS_URL: redis.url }) };
    for (let i = 0; i < 2; i++) processes.push(new KunciProcess(testSettings(database, changes)));
    for (const kunci of processes) apis.push(new Api(await kunci.url()));
    ana = await apis[0]!.person();
  });
  afterAll(async () => {
    await Promise.all(processes.map((kunci) => kunci.stop()));
    await redis.kill();
    await database.drop();
  });

  it.each([
    ['an account', () => ana.email],
    ["nobody's address", newEmail],
  ])('are no more than the free ones and one, of 200 at once, at %s', async (_what, emailOf) => {
    const email = emailOf();
    const guess = async (i: number) => (await apis[i % 2]!.login(email, WRONG)).status;
    const statuses = await Promise.all(Array.from({ length: 200 }, (_, i) => guess(i)));
    // Who was sent away for want of time has not guessed, and comes again.
    await eventually(async () => statuses[statuses.push(await guess(statuses.length)) - 1] === 429);
    expect(statuses.filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
    // A Redis that is away is told of, and then each process counts for itself.
    if (store === 'Redis') for (const { stdout } of processes) expect(stdout).not.toContain('"context":"Limits"');
    expect(countOf(statuses, 401)).toBeGreaterThan(0);
    // Fewer if an answer of the store came too late, which may have counted.
    expect(countOf(statuses, 401)).toBeLessThanOrEqual(FREE + 1);
  });
});
