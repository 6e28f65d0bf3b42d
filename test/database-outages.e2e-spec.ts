import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Libsql from 'libsql';
import { createConnection } from 'mysql2/promise';
import { readSettings } from '../src/config/env.js';
import { runMigrations } from '../src/database/migration-lock.js';
import { type Answer, newPerson, type SignedIn } from './support/api.js';
import { startApp, type TestApp, testSettings } from './support/app.js';
import { ENGINE } from './support/database.js';
import { TcpProxy } from './support/tcp-proxy.js';

const eventually = async (holds: () => Promise<boolean>): Promise<boolean> => {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
};

const expectRefusal = (answer: Answer) => {
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.text).not.toMatch(/\d+\.\d+\.\d+\.\d+|mysql|maria|sqlite|ECONN|ER_|\bat /i);
};

function onServers(): void {
  let proxy: TcpProxy;
  let test: TestApp;
  let ana: SignedIn;
  const get = (path: string) => test.api.send('GET', path, { headers: { authorization: `Bearer ${ana.token}` } });
  const isReady = async () => (await test.api.send('GET', '/health/ready')).status === 200;
  const proxied = () => ({ DB_HOST: '127.0.0.1', DB_PORT: String(proxy.port), DB_DEADLINE: '1s' });

  beforeEach(async () => {
    proxy = await TcpProxy.to(new URL(process.env.TEST_SERVER_URL ?? ''));
  });
  afterEach(async () => {
    await test.stop();
    await proxy.die();
  });

  const start = async (changes: Record<string, string> = {}) => {
    test = await startApp({ ...proxied(), ...changes });
    ana = await test.api.signedIn();
  };

  /** What needs no database is answered as ever. */
  const expectTheRestToGoOn = async () => {
    expect((await test.api.send('GET', '/health/live')).status).toBe(200);
    expect((await test.api.send('GET', '/login')).status).toBe(200);
    expect((await test.api.userInfo('no.token.at-all')).status).toBe(401);
  };

  it('answers 503 while the database is dead, and goes on by itself', async () => {
    await start();
    const port = await proxy.die();
    for (let i = 0; i < 10; i++) expectRefusal(await get('/api/user-info'));
    expectRefusal(await test.api.login(ana.email, ana.password));
    expectRefusal(await test.api.register(newPerson()));
    expectRefusal(await test.api.send('GET', '/health/ready'));
    await expectTheRestToGoOn();
    await proxy.listen(port);
    expect(await eventually(isReady)).toBe(true);
    expect((await get('/api/user-info')).status).toBe(200);
    expect((await test.api.register(newPerson())).status).toBe(201);
  });

  it('answers 503 within the deadline while the database hangs, and asks it no more after some failures', async () => {
    await start();
    proxy.isSilent = true;
    const first = performance.now();
    expectRefusal(await get('/api/user-info'));
    expect(performance.now() - first).toBeGreaterThan(900);
    await Promise.all(Array.from({ length: 6 }, () => get('/api/sessions')));
    const from = performance.now();
    for (let i = 0; i < 20; i++) expectRefusal(await get('/api/sessions'));
    expectRefusal(await test.api.send('GET', '/health/ready'));
    // Twenty deadlines would be twenty seconds.
    expect(performance.now() - from).toBeLessThan(5_000);
    await expectTheRestToGoOn();
    proxy.isSilent = false;
    proxy.breakAll();
    expect(await eventually(isReady)).toBe(true);
    expect((await get('/api/user-info')).status).toBe(200);
  });

  it('is well soon after all its idle connections were lost without a word', async () => {
    await start({ DB_POOL_SIZE: '10' });
    proxy.delayMs = 200;
    const oneAfterTheOther = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, i) => sleep(10 * i).then(() => get('/api/sessions'))));
    await oneAfterTheOther(20);
    proxy.delayMs = 0;
    expect(proxy.connections).toBeGreaterThanOrEqual(10);
    proxy.loseAll();
    const lostAt = performance.now();
    (await oneAfterTheOther(5)).forEach(expectRefusal);
    expect(await eventually(isReady)).toBe(true);
    // A deadline until it is noticed, and one probe; each of the other lost ones would take a second.
    expect(performance.now() - lostAt).toBeLessThan(3_000);
    expect((await get('/api/user-info')).status).toBe(200);
  });

  it('answers 503 when a statement takes longer than the deadline, and keeps no connection that is still at work', async () => {
    await start();
    proxy.delayMs = 1_500;
    expectRefusal(await get('/api/user-info'));
    proxy.delayMs = 0;
    expect(await eventually(async () => (await get('/api/user-info')).status === 200)).toBe(true);
    // An answer that came too late must not be taken for that of the next statement.
    const { body } = await get('/api/user-info');
    expect(body.data.user.email).toBe(ana.email);
  });

  it('answers 503 to a registration that waits for a lock for too long, and loses nothing', async () => {
    await start();
    const person = newPerson();
    const other = await createConnection({
      uri: process.env.TEST_SERVER_URL,
      database: test.database.settings.DB_NAME,
    });
    try {
      await other.query('LOCK TABLES users READ');
      expectRefusal(await test.api.register(person));
      await other.query('UNLOCK TABLES');
      const again = await test.api.register(person);
      // The server may have carried the first one out, late: then the account is there, whole.
      expect([201, 400]).toContain(again.status);
      expect((await test.api.login(person.email, person.password)).status).toBe(200);
    } finally {
      await other.end();
    }
  });

  it('bounds the queue for a connection: 503 at once for more, never 500', async () => {
    await start({ DB_POOL_SIZE: '2' });
    proxy.delayMs = 50;
    const answers = await Promise.all(Array.from({ length: 300 }, () => get('/api/sessions')));
    for (const answer of answers.filter(({ status }) => status !== 200)) expectRefusal(answer);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 503).length).toBeGreaterThan(0);
    proxy.delayMs = 0;
    expect(await eventually(async () => (await get('/api/sessions')).status === 200)).toBe(true);
  });

  it('starts without a database, says so, and is ready by itself when it comes', async () => {
    const settings = proxied();
    const port = await proxy.die();
    test = await startApp(settings);
    expectRefusal(await test.api.send('GET', '/health/ready'));
    expectRefusal(await test.api.register(newPerson()));
    expectRefusal(await test.api.userInfo('no.token.at-all'));
    expect((await test.api.send('GET', '/login')).status).toBe(200);
    expect((await test.api.send('GET', '/health/live')).status).toBe(200);
    await proxy.listen(port);
    expect(await eventually(isReady)).toBe(true);
    expect((await test.api.register(newPerson())).status).toBe(201);
  });

  it('waits for a user that the database lets in', async () => {
    test = await startApp({ ...proxied(), DB_USERNAME: 'kunci_nobody', DB_PASSWORD: 'wrong' });
    expectRefusal(await test.api.send('GET', '/health/ready'));
    expect((await test.api.send('GET', '/health/live')).status).toBe(200);
  });

  it('waits for tables that somebody else makes', async () => {
    test = await startApp({ ...proxied(), DB_MIGRATE: 'off' });
    expectRefusal(await test.api.send('GET', '/health/ready'));
    expectRefusal(await test.api.register(newPerson()));
    await runMigrations(readSettings(testSettings(test.database)).database);
    expect(await eventually(isReady)).toBe(true);
    expect((await test.api.register(newPerson())).status).toBe(201);
  });
}

function onSqlite(): void {
  it('answers 503 while another process keeps the file to itself, and goes on after it', async () => {
    const test = await startApp({ DB_DEADLINE: '1s' });
    const other = new Libsql(test.database.settings.DB_PATH ?? '');
    try {
      const person = newPerson();
      other.exec('BEGIN IMMEDIATE');
      expectRefusal(await test.api.register(person));
      other.exec('COMMIT');
      expect((await test.api.register(person)).status).toBe(201);
    } finally {
      other.close();
      await test.stop();
    }
  });
}

describe(`a database in trouble (${ENGINE})`, ENGINE === 'sqlite' ? onSqlite : onServers);
