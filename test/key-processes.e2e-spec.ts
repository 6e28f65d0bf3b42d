import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/env.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { Api, decodeJwt, type SignedIn } from './support/api.js';
import { SECRET_KEY, testSettings } from './support/app.js';
import { kidOf, kunci } from './support/cli.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { KunciProcess } from './support/process.js';

const NEW_SECRET_KEY = 'noch-ein-Schluessel-nur-fuer-Tests-9876543210';

describe(`signing keys of several processes (${ENGINE})`, () => {
  let database: TestDatabase;
  let processes: KunciProcess[];
  beforeEach(async () => {
    database = await createDatabase();
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map((process) => process.stop()));
    await database.drop();
  });

  async function start(changes: Record<string, string> = {}): Promise<Api> {
    const process = new KunciProcess(testSettings(database, changes));
    processes.push(process);
    return new Api(await process.url());
  }

  async function stopAll(): Promise<void> {
    await Promise.all(processes.map((process) => process.stop()));
    processes = [];
  }

  const jwks = async (api: Api): Promise<string[]> => {
    const { body } = await api.send('GET', '/.well-known/jwks.json');
    return (body as unknown as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
  };
  const kidNow = async (api: Api, person: SignedIn) => decodeJwt((await api.logIn(person)).token).header.kid;

  it('are used by every process within a minute, and published by every process before any signs', async () => {
    const apis = await Promise.all([start(), start()]);
    const ana = await apis[0].signedIn();
    const kid = await kidOf(testSettings(database), 'keys:create', '--alg', 'ES256');
    const createdAt = Date.now();
    const publishedAfter = new Map<Api, number>();
    const signedAfter = new Map<Api, number>();
    while (signedAfter.size < apis.length && Date.now() - createdAt < 60_000) {
      // Each look is a login, and an account has a hundred sessions at most.
      await sleep(1_500);
      for (const api of apis) {
        if (!publishedAfter.has(api) && (await jwks(api)).includes(kid))
          publishedAfter.set(api, Date.now() - createdAt);
        if (!signedAfter.has(api) && (await kidNow(api, ana)) === kid) signedAfter.set(api, Date.now() - createdAt);
      }
    }
    expect([publishedAfter.size, signedAfter.size]).toEqual([2, 2]);
    expect(Math.max(...publishedAfter.values())).toBeLessThan(15_000);
    // A cache may keep the key set for 30 seconds more.
    expect(Math.min(...signedAfter.values())).toBeGreaterThan(Math.max(...publishedAfter.values()) + 30_000);
    expect(Math.max(...signedAfter.values())).toBeLessThan(60_000);
    const { token } = await apis[0].logIn(ana);
    expect((await apis[1].userInfo(token)).status).toBe(200);
    expect((await apis[1].userInfo(ana.token)).status).toBe(200);
  }, 90_000);

  it('log nobody out when SECRET_KEY changes', async () => {
    const settings = testSettings(database);
    const kid = await kidOf(settings, 'keys:create', '--alg', 'RS256');
    const before = await start();
    const ana = await before.signedIn();
    const budi = await before.signedIn();
    const rotated = (await before.refresh(budi.refreshToken)).body.data.refresh_token;
    await stopAll();

    const change = { SECRET_KEY: NEW_SECRET_KEY, SECRET_KEY_PREVIOUS: SECRET_KEY };
    const during = await start(change);
    expect((await during.userInfo(ana.token)).status).toBe(200);
    const { header } = decodeJwt((await during.logIn(ana)).token);
    expect([header.alg, header.kid === decodeJwt(ana.token).header.kid]).toEqual(['HS256', false]);
    // A retry that a restart came between: the successor that the old secret made.
    expect((await during.refresh(budi.refreshToken)).body.data.refresh_token).toBe(rotated);
    const renewed = (await during.refresh(ana.refreshToken)).body.data;
    expect((await during.userInfo(renewed.access_token)).status).toBe(200);
    expect(await jwks(during)).toEqual([kid]);
    await stopAll();

    const after = await start({ SECRET_KEY: NEW_SECRET_KEY });
    expect(await jwks(after)).toEqual([kid]);
    expect((await after.refresh(renewed.refresh_token)).status).toBe(200);
    // Was not used while the secret changed, and is good all the same.
    expect((await after.refresh(rotated)).status).toBe(200);
    expect((await after.userInfo(renewed.access_token)).status).toBe(200);
    expect((await after.userInfo(ana.token)).status).toBe(401);
    expect((await kunci({ ...settings, SECRET_KEY: NEW_SECRET_KEY }, 'keys:list')).exitCode).toBe(0);
  });

  it('stop a start with a secret that does not open them, with a sentence that says what to do', async () => {
    const kid = await kidOf(testSettings(database), 'keys:create', '--alg', 'ES256');
    const kunciProcess = new KunciProcess(testSettings(database, { SECRET_KEY: NEW_SECRET_KEY }));
    processes.push(kunciProcess);
    expect(await kunciProcess.exitCode()).toBe(1);
    expect(kunciProcess.stderr).toContain(`The signing key ${kid} was sealed with another SECRET_KEY. Set that one as`);
    expect(kunciProcess.stderr).not.toMatch(/node_modules|PRIVATE/);
    expect(await jwks(await start())).toEqual([kid]);
    await stopAll();
    // With the old secret lost: its last tokens hold, the server starts, and the shared secret signs.
    const changed = { ...testSettings(database), SECRET_KEY: NEW_SECRET_KEY };
    const soon = new DataSource(dataSourceOptions(readSettings(changed).database));
    await soon.initialize();
    await soon.query('UPDATE signing_keys SET signs_from = created_at');
    await soon.destroy();
    expect((await kunci(changed, 'keys:list')).stdout).toMatch(new RegExp(`^${kid} .*signing`, 'm'));
    expect((await kunci(changed, 'keys:retire', kid)).exitCode).toBe(0);
    const api = await start({ SECRET_KEY: NEW_SECRET_KEY });
    expect(await jwks(api)).toEqual([kid]);
    expect(decodeJwt((await api.signedIn()).token).header.alg).toBe('HS256');
  });

  it('let machines take over a new SECRET_KEY one after the other', async () => {
    const [both, swapped] = await Promise.all([
      start({ SECRET_KEY_PREVIOUS: NEW_SECRET_KEY }),
      start({ SECRET_KEY: NEW_SECRET_KEY, SECRET_KEY_PREVIOUS: SECRET_KEY }),
    ]);
    const [ana, budi] = [await both.signedIn(), await swapped.signedIn()];
    for (const api of [both, swapped]) {
      for (const { token } of [ana, budi]) expect((await api.userInfo(token)).status).toBe(200);
    }
    const successor = (await swapped.refresh(ana.refreshToken)).body.data.refresh_token;
    expect((await both.refresh(ana.refreshToken)).body.data.refresh_token).toBe(successor);
  });
});
