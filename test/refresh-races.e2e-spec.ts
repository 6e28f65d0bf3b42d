import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, type SignedIn } from './support/api.js';
import { testSettings } from './support/app.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { KunciProcess } from './support/process.js';

const PROCESSES = 3;

/** What users of other systems call random logouts, tried out on several processes that share a database. */
describe(`refresh races (${ENGINE})`, () => {
  let database: TestDatabase;
  let processes: KunciProcess[] = [];
  let apis: Api[];
  beforeAll(async () => {
    database = await createDatabase();
    processes = Array.from({ length: PROCESSES }, () => start());
    apis = await Promise.all(processes.map(async (process) => new Api(await process.url())));
  });
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.stop()));
    await database.drop();
  });

  const start = () => new KunciProcess(testSettings(database));
  const anyApi = (i: number): Api => apis[i % apis.length]!;

  async function expectOneLiveSession({ token }: SignedIn): Promise<void> {
    for (const api of apis) expect((await api.userInfo(token)).status).toBe(200);
    expect(await anyApi(0).sessions(token)).toHaveLength(1);
  }

  it('give 50 parallel refreshes with one token the same successor: no logout, one chain', async () => {
    const ana = await anyApi(0).signedIn();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => anyApi(i).refresh(ana.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const successors = new Set(answers.map(({ body }) => body.data.refresh_token));
    expect(successors.size).toBe(1);
    for (const { body } of answers) expect((await anyApi(1).userInfo(body.data.access_token)).status).toBe(200);
    await expectOneLiveSession(ana);
    const [successor] = successors;
    expect((await anyApi(2).refresh(successor)).status).toBe(200);
  });

  it('never log out eight workers that share one token and refresh as they like', async () => {
    const ana = await anyApi(0).signedIn();
    let shared = ana.refreshToken;
    const statuses: number[] = [];
    const work = async (worker: number) => {
      for (let round = 0; round < 25; round++) {
        const answer = await anyApi(worker + round).refresh(shared);
        statuses.push(answer.status);
        // Whoever is late overwrites what a quicker one has stored meanwhile.
        shared = answer.body.data.refresh_token;
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, worker) => work(worker)));
    expect(statuses).toEqual(Array(200).fill(200));
    await expectOneLiveSession(ana);
    expect((await anyApi(0).refresh(shared)).status).toBe(200);
  });

  it('never log out a client that loses every third answer, in 200 refreshes', async () => {
    const ana = await anyApi(0).signedIn();
    let token = ana.refreshToken;
    let lost = 0;
    for (let i = 1; i <= 200; i++) {
      const answer = await anyApi(i).refresh(token);
      expect([i, answer.status]).toEqual([i, 200]);
      if (i % 3 === 0) lost += 1;
      else token = answer.body.data.refresh_token;
    }
    expect(lost).toBe(66);
    await expectOneLiveSession(ana);
    expect((await anyApi(0).refresh(token)).status).toBe(200);
  });

  it('leave the old token or the new one usable when the process is killed in the middle of refreshing', async () => {
    const survivor = anyApi(0);
    const ana = await survivor.signedIn();
    let token = ana.refreshToken;
    let refreshed = 0;
    for (let round = 0; round < 12; round++) {
      const victim = processes[1]!;
      const api = new Api(await victim.url());
      const killed = new Promise<void>((resolve) => {
        setTimeout(() => void victim.stop('SIGKILL').then(() => resolve()), 20 + Math.random() * 100);
      });
      for (;;) {
        const answer = await api.refresh(token).catch(() => undefined);
        if (!answer) break;
        expect(answer.status).toBe(200);
        token = answer.body.data.refresh_token;
        refreshed += 1;
      }
      await killed;
      const answer = await survivor.refresh(token);
      expect([round, answer.status]).toEqual([round, 200]);
      token = answer.body.data.refresh_token;
      processes[1] = start();
    }
    expect(refreshed).toBeGreaterThan(12);
    apis[1] = new Api(await processes[1]!.url());
    await expectOneLiveSession(ana);
  });

  it('end a session on every process at once', async () => {
    for (let round = 0; round < 10; round++) {
      const ana = await anyApi(round).signedIn();
      await expectOneLiveSession(ana);
      expect((await anyApi(round).logout(ana.token)).status).toBe(200);
      for (const api of apis) {
        expect((await api.userInfo(ana.token)).status).toBe(401);
        expect((await api.refresh(ana.refreshToken)).status).toBe(401);
      }
    }
  });

  it('never answer an error while devices refresh and log each other out', async () => {
    const statuses: number[] = [];
    const until = Date.now() + 5_000;
    const people = await Promise.all(Array.from({ length: 4 }, () => anyApi(0).signedIn()));
    const work = async (device: SignedIn, i: number) => {
      let { refreshToken } = device;
      while (Date.now() < until) {
        const { status, body } = await anyApi(i).refresh(refreshToken);
        statuses.push(status);
        const { access_token: token, refresh_token } =
          status === 200 ? body.data : (await anyApi(i).login(device.email, device.password)).body.data;
        refreshToken = refresh_token;
        if (Math.random() < 0.2) statuses.push((await anyApi(i + 1).as(token, 'DELETE', '/api/sessions')).status);
      }
    };
    await Promise.all(people.flatMap((person) => [0, 1, 2].map((i) => work(person, i))));
    expect(statuses.length).toBeGreaterThan(50);
    expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);
  });

  it('tell an old token from a token of just now, whichever process rotated it', async () => {
    const settings = testSettings(database, { REFRESH_GRACE: '1s', LOG_LEVEL: 'warn' });
    const strict = [new KunciProcess(settings), new KunciProcess(settings)];
    try {
      const [one, other] = (await Promise.all(strict.map((process) => process.url()))).map((url) => new Api(url));
      const ana = await one!.signedIn();
      const next = (await one!.refresh(ana.refreshToken)).body.data.refresh_token;
      expect((await other!.refresh(ana.refreshToken)).body.data.refresh_token).toBe(next);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      expect((await other!.refresh(ana.refreshToken)).body.error).toMatch(/was used before/);
      expect((await one!.refresh(next)).status).toBe(401);
      expect((await one!.userInfo(ana.token)).status).toBe(401);
    } finally {
      await Promise.all(strict.map((process) => process.stop()));
      expect(strict[1]?.stdout).toMatch(/"event":"authn_token_reuse","userId":\d+,"sessionId":"[\da-f-]{36}"/);
    }
  });
});
