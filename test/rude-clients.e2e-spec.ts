import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SignedIn } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually } from './support/process.js';

const MANY = 200;

describe('a client that misbehaves', () => {
  let test: TestApp;
  let ana: SignedIn;
  const accepted: Socket[] = [];
  beforeAll(async () => {
    test = await startApp({ MAX_CONNECTIONS: '300' });
    test.app.getHttpServer().on('connection', (socket) => accepted.push(socket));
    ana = await test.api.signedIn();
  });
  afterAll(() => test.stop());

  const isServed = async () => expect((await test.api.userInfo(ana.token)).status).toBe(200);

  /** A connection, and what has come back on it. */
  class Client {
    answer = '';
    closed = false;
    readonly socket: Socket;

    constructor(first = '') {
      const { hostname, port } = new URL(test.url);
      this.socket = connect(Number(port), hostname, () => this.socket.write(first));
      this.socket.setEncoding('utf8').on('data', (text: string) => (this.answer += text));
      this.socket.on('error', () => undefined).on('close', () => (this.closed = true));
    }

    /** Writes as fast as it is taken, until nobody takes it. */
    flood(piece: string): void {
      const go = () => {
        if (this.socket.writable) this.socket.write(piece, (error) => !error && setImmediate(go));
      };
      this.socket.once('connect', go);
    }
  }

  const many = (count: number, first: string) => Array.from({ length: count }, () => new Client(first));
  const post = (headers: string[]) =>
    ['POST /api/register HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...headers, '', ''].join('\r\n');

  it('that never ends its headers, or sends nothing, is told so and cut, while others are served', async () => {
    const slow = [...many(MANY / 2, 'GET /api/user-info HTTP/1.1\r\nHost: x\r\n'), ...many(MANY / 2, '')];
    const timer = setInterval(() => {
      for (const { socket, closed } of slow.slice(0, MANY / 2)) if (!closed) socket.write('X-A: b\r\n');
    }, 1_000);
    while (!slow.every(({ closed }) => closed)) {
      await isServed();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    clearInterval(timer);
    const statuses = slow.slice(0, MANY / 2).map(({ answer }) => answer.slice(0, 12));
    expect(statuses).toEqual(Array(MANY / 2).fill('HTTP/1.1 408'));
  }, 30_000);

  it('that never ends its body is told so and cut', async () => {
    const slow = many(20, `${post(['Content-Length: 500'])}{`);
    const timer = setInterval(() => {
      for (const { socket, closed } of slow) if (!closed) socket.write(' ');
    }, 1_000);
    await eventually(() => slow.every(({ closed }) => closed));
    clearInterval(timer);
    expect(slow.map(({ answer }) => answer.slice(0, 12))).toEqual(Array(20).fill('HTTP/1.1 408'));
    await isServed();
  }, 40_000);

  const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
  it.each([
    ['announces a hundred megabytes', post(['Content-Length: 104857600']), 'x'.repeat(65_536), '413'],
    ['sends chunks without end', post(['Transfer-Encoding: chunked']), chunk, '413'],
    ['sends them compressed', post(['Transfer-Encoding: chunked', 'Content-Encoding: gzip']), chunk, '413'],
    ['sends them of a type of its own', post(['Transfer-Encoding: chunked']).replace('json', 'x'), chunk, '415'],
    ['sends them where nothing is', post(['Transfer-Encoding: chunked']).replace('/api/register', '/no'), chunk, '413'],
    [
      'sends them with a GET',
      post(['Transfer-Encoding: chunked']).replace('POST /api/register', 'GET /api/user-info'),
      chunk,
      '401',
    ],
  ])('that %s gets its answer, is cut, and little of it is read', async (_what, head, piece, status) => {
    accepted.length = 0;
    const clients = many(20, head);
    for (const client of clients) client.flood(piece);
    await eventually(() => clients.every(({ answer }) => answer !== ''));
    const answeredAt = Date.now();
    await isServed();
    await eventually(() => clients.every(({ closed }) => closed));
    // One second of patience; Node would read on for twenty.
    expect(Date.now() - answeredAt).toBeLessThan(10_000);
    expect(clients.map(({ answer }) => answer.slice(9, 12))).toEqual(Array(20).fill(status));
    for (const { answer } of clients) expect(answer).toMatch(/connection: close/i);
    // The limit, as much again, and what Node reads at once.
    expect(Math.max(...accepted.map(({ bytesRead }) => bytesRead))).toBeLessThan(4 * 65_536);
  });

  it('may send a body that nobody wants and keep its connection, if it is whole', async () => {
    const client = new Client(`${post(['Content-Length: 2'])}{}`);
    await eventually(() => client.answer.startsWith('HTTP/1.1 400'));
    expect(client.answer).not.toMatch(/connection: close/i);
    client.socket.destroy();
  });

  it('that never reads its answers is cut, and holds little memory', async () => {
    const { hostname, port } = new URL(test.url);
    accepted.length = 0;
    const socket = connect(Number(port), hostname).pause();
    socket.on('error', () => undefined);
    const request = 'GET /docs/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n';
    socket.write(request.repeat(300));
    await eventually(() => (accepted[0]?.writableLength ?? 0) > 0);
    await isServed();
    expect(accepted[0]?.writableLength).toBeLessThan(2 * 1024 * 1024);
    await eventually(() => accepted[0]?.destroyed === true, 70_000);
    socket.destroy();
  }, 90_000);

  it('that opens connection after connection finds those over the limit closed', async () => {
    accepted.length = 0;
    const clients = many(320, '');
    await eventually(() => clients.filter(({ closed }) => closed).length >= 20);
    expect(clients.filter(({ closed }) => closed).length).toBeLessThan(30);
    for (const { socket } of clients) socket.destroy();
    await eventually(() => accepted.every(({ destroyed }) => destroyed));
    await isServed();
  });
});
