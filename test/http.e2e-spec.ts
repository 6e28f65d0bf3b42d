import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';

describe('http', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  describe('the envelope', () => {
    it.each([
      ['GET', '/api/nope', 404, 'Not found'],
      ['GET', '/api', 404, 'Not found'],
      ['GET', '/api/user-info/', 404, 'Not found'],
      ['GET', '/api/User-Info', 404, 'Not found'],
      ['GET', '/api/%zz', 400, 'Bad request'],
      ['GET', '/%zz', 400, 'Bad request'],
      ['GET', '/api/login', 405, 'Method not allowed'],
      ['OPTIONS', '/api/login', 405, 'Method not allowed'],
    ])('is around the answer to %s %s', async (method, path, status, message) => {
      const answer = await test.api.send(method, path);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(answer.body).toEqual({
        status,
        message,
        server: { platform: expect.any(String), version: expect.any(String) },
        error: expect.any(String),
      });
    });

    it('is around the answer to bytes that are no request', async () => {
      const text = await raw(test.url, 'GET /api/user-info HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n');
      expect(text).toMatch(/^HTTP\/1\.1 400 /);
      expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({
        status: 400,
        error: 'The request cannot be read.',
      });
    });

    it('is around the answer to headers that are too large', async () => {
      const text = await raw(test.url, `GET /api/user-info HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`);
      expect(text).toMatch(/^HTTP\/1\.1 431 /);
    });

    it('shows nothing of an unexpected error but a number to look for', async () => {
      const { UsersService } = await import('../src/users/users.service.js');
      const users = test.app.get(UsersService);
      const original = users.findByEmail.bind(users);
      users.findByEmail = () => Promise.reject(new Error('ER_SECRET at /srv/app.js'));
      try {
        const answer = await test.api.login('a@example.com', 'abcd1234');
        expect(answer.status).toBe(500);
        expect(answer.body.error).toBe('Something went wrong on our side.');
        expect(answer.text).not.toMatch(/ER_|srv/);
        expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
      } finally {
        users.findByEmail = original;
      }
    });
  });

  it.each([
    ['PUT', '/api/register', 'POST'],
    ['DELETE', '/api/login', 'POST'],
    ['POST', '/api/user-info', 'DELETE, GET, HEAD, PATCH'],
    ['DELETE', '/login', 'GET, HEAD, POST'],
  ])('answers %s %s with the methods that are allowed', async (method, path, allow) => {
    const answer = await test.api.send(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
  });

  describe('headers', () => {
    it.each(['/', '/login', '/nope', '/api/user-info', '/api/nope', '/health/live', '/docs'])(
      'protect %s',
      async (path) => {
        const { headers } = await test.api.send('GET', path);
        expect(headers.get('content-security-policy')).toBe(
          "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';form-action 'self';base-uri 'none';object-src 'none';frame-ancestors 'none'",
        );
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('x-frame-options')).toBe('DENY');
        expect(headers.get('referrer-policy')).toBe('same-origin');
        expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
        expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('x-powered-by')).toBeNull();
        expect(headers.get('server')).toBeNull();
      },
    );

    it('let no other origin read an answer', async () => {
      const answer = await test.api.send('GET', '/api/user-info', { headers: { origin: 'https://evil.example' } });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    });
  });

  it('serves the files of the pages for a year, under a path that names their content', async () => {
    const { text } = await test.api.send('GET', '/login');
    const paths = [...text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(new Set(paths.map((path) => path.split('.').at(-1)))).toEqual(new Set(['css', 'js', 'svg']));
    for (const path of paths) {
      const answer = await test.api.send('GET', path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      // By hand, because fetch takes the dots out before it sends a path.
      const outside = path.replace(/[^/]+$/, '../../../package.json');
      expect(await raw(test.url, `GET ${outside} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 404 /,
      );
    }
  });

  it('is live, and ready while the database answers', async () => {
    expect((await test.api.send('GET', '/health/live')).body).toMatchObject({ status: 200, data: { health: 'live' } });
    expect((await test.api.send('GET', '/health/ready')).body).toMatchObject({
      status: 200,
      data: { health: 'ready' },
    });
    const query = test.dataSource.query.bind(test.dataSource);
    test.dataSource.query = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:3306'));
    try {
      const answer = await test.api.send('GET', '/health/ready');
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.text).not.toContain('ECONNREFUSED');
      expect((await test.api.send('GET', '/health/live')).status).toBe(200);
    } finally {
      test.dataSource.query = query;
    }
  });

  it('serves the API reference as a page and as OpenAPI', async () => {
    const page = await test.api.send('GET', '/docs');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('POST /api/register');
    const { body } = await test.api.send('GET', '/docs/openapi.json');
    expect(Object.keys((body as unknown as { paths: object }).paths)).toContain('/api/user-info');
  });
});

/** Sends bytes as they are; resolves with all that comes back. */
function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
