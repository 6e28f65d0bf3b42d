import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.js';
import { ROOM_TO_HASH, testSettings } from './support/app.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { eventually, KunciProcess } from './support/process.js';

describe('process', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('answers what is in flight when it is told to end, and ends with 0 although sockets are open', async () => {
    const settings = { ...ROOM_TO_HASH, BCRYPT_COST: '13', LOG_LEVEL: 'info' };
    const kunci = new KunciProcess(testSettings(database, settings));
    const url = new URL(await kunci.url());
    const api = new Api(url.origin);
    const ana = await api.person();
    const idle = await Promise.all(Array.from({ length: 20 }, () => openSocket(url)));
    const logins = Array.from({ length: 4 }, () => api.login(ana.email, ana.password));
    // Sent, and some of them surely not answered yet: each takes half a second of a core.
    await new Promise((resolve) => setTimeout(resolve, 250));
    const ended = kunci.stop();
    expect((await Promise.all(logins)).map(({ status }) => status)).toEqual(Array(4).fill(200));
    expect(await ended).toBe(0);
    for (const socket of idle) socket.destroy();
    await expect(api.userInfo()).rejects.toThrow();
  });

  it('forgets clients that hung up, says so in the log, and still ends at once', async () => {
    const kunci = new KunciProcess(testSettings(database, { LOG_LEVEL: 'info' }));
    const url = new URL(await kunci.url());
    const hungUp = await openSocket(url);
    const head = ['POST /api/register HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 500'];
    hungUp.write(`${head.join('\r\n')}\r\n\r\n{"name":`);
    const idle = await openSocket(url);
    await new Promise((resolve) => setTimeout(resolve, 200));
    hungUp.destroy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const start = Date.now();
    expect(await kunci.stop()).toBe(0);
    expect(Date.now() - start).toBeLessThan(4_000);
    idle.destroy();
    expect(kunci.stdout).toMatch(/"path":"\/api\/register".*"aborted":true/);
  });

  it('tells balancers at once that it ends, and answers what comes on open connections with its last word', async () => {
    const kunci = new KunciProcess(testSettings(database));
    const url = new URL(await kunci.url());
    const sockets = await Promise.all(Array.from({ length: 200 }, () => openSocket(url)));
    const answers = sockets.map(() => '');
    sockets.forEach((socket, i) =>
      socket.setEncoding('utf8').on('data', (text: string) => (answers[i] = `${answers[i] ?? ''}${text}`)),
    );
    const ask = (path: string, i: number) => sockets[i]?.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    sockets.forEach((_socket, i) => ask('/health/live', i));
    await eventually(() => answers.every((answer) => answer.includes('"live"')));
    expect(answers.filter((answer) => /connection: close/i.test(answer))).toEqual([]);
    const ended = kunci.stop();
    await eventually(() =>
      openSocket(url).then(
        (socket) => !socket.destroy(),
        () => true,
      ),
    );
    ask('/health/ready', 0);
    ask('/health/live', 1);
    expect(await ended).toBe(0);
    await eventually(() => sockets.every(({ closed }) => closed));
    expect(answers[0]).toMatch(/HTTP\/1\.1 503 [^]*connection: close/i);
    expect(answers[1]).toMatch(/HTTP\/1\.1 200 [^]*HTTP\/1\.1 200 [^]*connection: close/i);
  });

  it('goes on when nobody reads its log, and ends all the same', async () => {
    const kunci = new KunciProcess(testSettings(database, { LOG_LEVEL: 'trace' }), undefined, 'unread');
    const api = new Api(await kunci.url());
    const ana = await api.signedIn();
    // Some 250 bytes each: far more than a pipe holds.
    for (let i = 0; i < 100; i++) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => api.userInfo(ana.token)));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
    }
    expect(await kunci.stop()).toBe(0);
  });

  // Linux has a file that is a full disk.
  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('goes on when the disk of its log is full, and ends all the same', async () => {
    const full = openSync('/dev/full', 'w');
    const kunci = new KunciProcess(testSettings(database, { LOG_LEVEL: 'trace' }), undefined, full);
    const api = new Api(await kunci.url());
    const ana = await api.signedIn();
    for (let i = 0; i < 100; i++) expect((await api.userInfo(ana.token)).status).toBe(200);
    expect(await kunci.stop()).toBe(0);
    expect(kunci.stderr).not.toContain('ENOSPC');
    closeSync(full);
  });

  it('ends at once when it is told again', async () => {
    const kunci = new KunciProcess(testSettings(database));
    const url = new URL(await kunci.url());
    const socket = await openSocket(url);
    const head = ['POST /api/register HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 500'];
    socket.write(`${head.join('\r\n')}\r\n\r\n{"name":`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    kunci.signal('SIGINT');
    // npm passes on what the terminal has sent already.
    kunci.signal('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(kunci.isRunning).toBe(true);
    expect(await kunci.stop('SIGINT')).toBe(1);
    socket.destroy();
  });
});

function openSocket({ hostname, port }: URL): Promise<ReturnType<typeof connect>> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.on('error', reject);
  });
}
