import { createSecretKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/env.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { headerOf, sharedKey } from '../src/keys/key-ring.js';
import { SigningKey } from '../src/keys/signing-key.entity.js';
import { Api, decodeJwt, sessionIdOf } from './support/api.js';
import { SECRET_KEY, testSettings } from './support/app.js';
import { kidOf } from './support/cli.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { KunciProcess } from './support/process.js';
import { FORGED, jws, LOCAL, Outside, resigned, startNginx, SNIPPETS } from './support/resource-servers.js';
import type { ResourceServer, Verified } from './support/resource-servers.js';

/** Kunci's 45 seconds without the 30 for which an HTTP cache may keep the keys: none stands between here. */
const LEAD_MS = 16_000;
const INTROSPECTION_CLIENT_SECRET = 'ein-Geheimnis-nur-fuer-Tests-0123456789';
const LOCALS = Object.keys(LOCAL);
const NGINX = process.env.TEST_NGINX ? ['nginx'] : [];
const ALL = [...LOCALS, ...NGINX];

/** Signed with a right key, and no good all the same. */
const UNFIT: [string, object, object?][] = [
  ['that has expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
  ['without an expiry', { exp: undefined }],
  ['that is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 600 }],
  ['for another audience', { aud: 'another-api' }],
  ['of another issuer', { iss: 'https://elsewhere.example' }],
  ['about nobody', { sub: undefined }],
  ['of no session', { sid: undefined }],
  ['of the type JWT', {}, { typ: 'JWT' }],
  ['of no type', {}, { typ: undefined }],
];

describe(`resource servers (${ENGINE})`, () => {
  const servers = new Map<string, ResourceServer>();
  const outside = new Outside();
  let database: TestDatabase;
  let dataSource: DataSource;
  let settings: Record<string, string>;
  let kunci: KunciProcess;
  let api: Api;
  let outsideUrl: string;
  let good: Verified;

  const ask = (name: string, token?: string) => servers.get(name)!.ask(token);
  const statusOf = async (name: string, token?: string) => (await ask(name, token)).status;
  const rows = () => dataSource.getRepository(SigningKey);
  const signFrom = (kid: string, inMs: number) => rows().update({ kid }, { signsFrom: new Date(Date.now() + inMs) });

  beforeAll(async () => {
    database = await createDatabase();
    settings = testSettings(database, { INTROSPECTION_CLIENT_SECRET });
    const kid = await kidOf(settings, 'keys:create', '--alg', 'ES256');
    const options = dataSourceOptions(readSettings(settings).database);
    dataSource = await new DataSource({ ...options, entities: [SigningKey] }).initialize();
    await signFrom(kid, -1_000);
    kunci = new KunciProcess(settings);
    api = new Api(await kunci.url());
    outsideUrl = await outside.start();
    const started = LOCALS.flatMap((name) => [
      LOCAL[name]!(api.url).then((server) => servers.set(name, server)),
      LOCAL[name]!(outsideUrl).then((server) => servers.set(`${name} elsewhere`, server)),
    ]);
    for (const name of NGINX) started.push(startNginx(api.url, outsideUrl).then((server) => servers.set(name, server)));
    // Not `all`: those that started must be known, to be stopped, when one does not.
    expect((await Promise.allSettled(started)).filter(({ status }) => status === 'rejected')).toEqual([]);
    const ana = await api.signedIn();
    good = { ...ana, ...decodeJwt(ana.token), pem: (await rows().findOneByOrFail({ kid })).publicKey };
  });
  afterAll(async () => {
    await Promise.all([kunci, outside, ...servers.values()].map((server) => server.stop()));
    await dataSource.destroy();
    await database.drop();
  });

  describe.each(ALL)('%s', (name) => {
    it('accepts a token of Kunci and knows whose it is', async () => {
      const { sub, sid } = good.claims;
      expect(good.header).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
      expect(await ask(name, good.token)).toEqual({ status: 200, challenge: null, body: { sub, sid } });
    });

    it.each(FORGED)('refuses %s', async (_what, token) => {
      expect(await ask(name, token(good))).toEqual({ status: 401, challenge: expect.stringMatching(/^Bearer/) });
    });
  });

  describe.each([...LOCALS.map((name) => `${name} elsewhere`), ...NGINX])('%s', (name) => {
    /** Kunci, whom nginx asks, knows no key of the test's own but the shared secret. */
    function sign(changes: object, header = {}): string {
      const claims = { ...good.claims, ...changes };
      const shared = headerOf(sharedKey(createSecretKey(SECRET_KEY, 'utf8'), true));
      return name === 'nginx' ? jws({ ...shared, ...header }, claims, SECRET_KEY) : outside.sign(claims, header);
    }

    it('accepts a token as soon as it can read the keys, and says 503 before', async () => {
      outside.jwksStatus = 503;
      if (name !== 'nginx') expect(await statusOf(name, sign({}))).toBe(503);
      outside.jwksStatus = 200;
      expect(await statusOf(name, sign({}))).toBe(200);
    });

    it.each(UNFIT)('refuses a token %s', async (_what, claims, header = {}) => {
      expect(await statusOf(name, sign(claims, header))).toBe(401);
    });
  });

  it('lose no token through a rotation, and none of them is restarted', async () => {
    const rotated = await kidOf(settings, 'keys:rotate');
    const created = await kidOf(settings, 'keys:create', '--alg', 'RS256');
    await signFrom(rotated, LEAD_MS);
    await signFrom(created, LEAD_MS + 3_000);
    // Tokens of a made-up key all the while: the servers ask for the keys as often as they ever do.
    const unknown = resigned({ kid: 'unknown' })(good);
    const end = Date.now() + LEAD_MS;
    while (Date.now() < end) {
      for (const name of ALL) expect([name, await statusOf(name, unknown)]).toEqual([name, 401]);
      await sleep(250);
    }
    const tokens = [good.token];
    for (const kid of [rotated, created]) {
      if (kid === created) await sleep(3_000);
      tokens.push((await api.logIn(good)).token);
      expect(decodeJwt(tokens.at(-1)!).header.kid).toBe(kid);
      for (const name of ALL)
        for (const token of tokens) expect([name, await statusOf(name, token)]).toEqual([name, 200]);
    }
  });

  it.each(LOCALS)('%s learns of a logout when the token expires', async (name) => {
    const { token } = await api.logIn(good);
    await api.logout(token);
    expect(await statusOf(name, token)).toBe(200);
  });

  it('introspection learns of a logout at once', async () => {
    Object.assign(process.env, { KUNCI_URL: api.url, INTROSPECTION_CLIENT_SECRET });
    const snippet: unknown = await import(join(SNIPPETS, 'introspect.mjs'));
    const { introspect } = snippet as { introspect: (token: string) => Promise<object | null> };
    const { token } = await api.logIn(good);
    expect(await introspect(token)).toMatchObject({ sub: good.claims.sub, sid: sessionIdOf(token) });
    await api.logout(token);
    expect(await introspect(token)).toBeNull();
  });

  it.each(readdirSync(SNIPPETS))('are shown by the page as they are: %s', (file) => {
    const start = `[${file}](resource-servers/${file}). Run by \`test/resource-servers.e2e-spec.ts\`.\n\n`;
    const [, shown] = readFileSync(`${SNIPPETS}.md`, 'utf8').split(start);
    const [, code] = /^```\w+\n(.*?)^```$/ms.exec(shown ?? '') ?? [];
    expect(code).toBe(readFileSync(join(SNIPPETS, file), 'utf8'));
  });

  const behindNginx = () => {
    let nginx: Awaited<ReturnType<typeof startNginx>>;
    beforeAll(async () => {
      nginx = await startNginx(outsideUrl, outsideUrl);
    });
    afterAll(() => nginx.stop());

    it('refuses a token right after its logout, and one whose account is gone', async () => {
      const [ana, budi] = [await api.signedIn(), await api.signedIn()];
      for (const { token } of [ana, budi]) expect(await statusOf('nginx', token)).toBe(200);
      await api.logout(ana.token);
      await dataSource.query('DELETE FROM users WHERE email = ?', [budi.email]);
      for (const { token } of [ana, budi]) expect(await statusOf('nginx', token)).toBe(401);
    });

    const ANSWERS = { 200: 200, 302: 503, 401: 401, 403: 403, 404: 401, 429: 503, 500: 503, 503: 503, 0: 503 };
    it.each(Object.entries(ANSWERS))('makes of a %s of Kunci a %i', async (status, expected) => {
      outside.userInfoStatus = Number(status);
      expect((await nginx.ask(good.token)).status).toBe(expected);
    });

    it('shows Kunci the token and nothing else, and writes none of it down', async () => {
      outside.userInfoStatus = 200;
      outside.received.length = 0;
      const headers = { authorization: `Bearer ${good.token}`, cookie: 'a=b' };
      await fetch(`${nginx.url}/me?x=y`, { method: 'POST', headers, body: 'hello' });
      const [asked, passed] = outside.received;
      const { authorization } = headers;
      expect(asked).toEqual({ line: 'GET /api/user-info', headers: { authorization, host: 'kunci' }, body: '' });
      expect(passed).toMatchObject({ line: 'POST /me?x=y', headers, body: 'hello' });
      expect(nginx.logs()).toContain('/me?x=y');
      expect(nginx.logs()).not.toContain(good.token.split('.')[2]);
    });
  };
  // What is not at hand is told by test/run.mjs.
  if (NGINX.length > 0) describe('nginx', behindNginx);

  it('go on with the keys they know while Kunci is down, and nginx lets nobody in', async () => {
    await kunci.stop();
    for (const name of LOCALS) expect([name, await statusOf(name, good.token)]).toEqual([name, 200]);
    for (const name of NGINX) expect(await statusOf(name, good.token)).toBe(503);
  });
});
