import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.js';
import { testSettings } from './support/app.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { KunciProcess } from './support/process.js';

describe('process', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('says in a few lines where it runs, on which database and what to do next', async () => {
    const kunci = new KunciProcess(testSettings(database));
    const url = await kunci.url();
    expect(kunci.stderr).toMatch(/Database: (SQLite, embedded|MySQL|MariaDB), /);
    expect(kunci.stderr).toContain(`Next: register at ${url}/register`);
    expect(kunci.stderr).toContain('Warning: RATE_LIMITS=off');
    expect(kunci.stderr.trim().split('\n').length).toBeLessThanOrEqual(6);
    expect(await kunci.stop()).toBe(0);
  });

  it('lists all faults of the settings at once, by name, without a secret, and exits with 1', async () => {
    const settings = {
      DB_TYPE: 'mysql',
      SECRET_KEY: 'hunter2hunter2',
      DB_PASSWORD: 'tr0ub4dor',
      PORT: '70000',
      BCRYPT_COST: '9',
      ACCESS_TOKEN_TTL: 'soon',
    };
    const kunci = new KunciProcess(settings);
    expect(await kunci.exitCode()).toBe(1);
    const named = [...kunci.stderr.matchAll(/^ {2}- ([A-Z_]+) /gm)].map(([, name]) => name);
    expect(named.sort()).toEqual([
      'ACCESS_TOKEN_TTL',
      'BCRYPT_COST',
      'DB_HOST',
      'DB_NAME',
      'DB_USERNAME',
      'PORT',
      'SECRET_KEY',
    ]);
    expect(kunci.stderr + kunci.stdout).not.toMatch(/hunter2|tr0ub4dor/);
  });

  it('makes a secret for the embedded database, for its owner only, and keeps it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kunci-secret-'));
    const settings = { DB_TYPE: 'sqlite', PORT: '0', BCRYPT_COST: '10' };
    try {
      const first = new KunciProcess(settings, folder);
      const { token } = await new Api(await first.url()).signedIn();
      expect(statSync(join(folder, 'data', 'secret.key')).mode & 0o777).toBe(0o600);
      await first.stop();
      const second = new KunciProcess(settings, folder);
      expect((await new Api(await second.url()).userInfo(token)).status).toBe(200);
      await second.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('reads .env of the working directory, and variables that are set win', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kunci-env-'));
    writeFileSync(join(folder, '.env'), 'PORT=70000\nBCRYPT_COST=10\nACCESS_TOKEN_TTL=5m\n');
    try {
      const kunci = new KunciProcess({ DB_TYPE: 'sqlite', PORT: '0' }, folder);
      const { token } = await new Api(await kunci.url()).signedIn();
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
        iat: number;
        exp: number;
      };
      expect(claims.exp - claims.iat).toBe(300);
      await kunci.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('logs one JSON line a request with its id, and no password or token in any of them', async () => {
    const kunci = new KunciProcess(testSettings(database, { LOG_LEVEL: 'trace' }));
    const api = new Api(await kunci.url());
    const ana = await api.signedIn({ password: 'open sesame 1234' });
    const answer = await api.userInfo(ana.token);
    await api.send('GET', `/api/user-info?access_token=${ana.token}`);
    await api.send('POST', '/api/login', {
      headers: { 'content-type': 'application/json', authorization: 'Basic c2VzYW1l' },
      body: '{"password":"open sesame 1234',
    });
    await api.send('GET', '/login?%0a{"level":"fatal"}', {
      headers: { 'user-agent': 'x"} evil', 'x-request-id': 'chosen-by-the-client' },
    });
    await kunci.stop();
    const lines = kunci.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const requests = lines.filter(({ msg }) => msg === 'request');
    expect(requests.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', '/api/register', 201],
      ['POST', '/api/login', 200],
      ['GET', '/api/user-info', 200],
      ['GET', '/api/user-info', 401],
      ['POST', '/api/login', 400],
      ['GET', '/login', 200],
    ]);
    expect(requests[2]).toMatchObject({
      requestId: answer.headers.get('x-request-id'),
      userId: expect.any(Number),
      ip: '127.0.0.1',
    });
    expect(kunci.stdout).not.toMatch(/sesame|c2VzYW1l|evil|chosen-by-the-client/);
    for (const part of ana.token.split('.')) expect(kunci.stdout).not.toContain(part);
  });

  it('says that the port is taken, without a stack', async () => {
    const first = new KunciProcess(testSettings(database));
    const { port } = new URL(await first.url());
    const second = new KunciProcess(testSettings(database, { PORT: port }));
    expect(await second.exitCode()).toBe(1);
    expect(second.stderr).toContain(`Port ${port} of 127.0.0.1 is taken. Set PORT to another one.`);
    expect(second.stderr).not.toContain('    at ');
    await first.stop();
  });
});
