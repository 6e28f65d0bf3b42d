import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEmail } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';

describe('a body', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  const valid = () => JSON.stringify({ name: 'Ana', email: newEmail(), password: 'abcd1234' });
  const register = (
    contentType: string | undefined,
    body: string | Uint8Array<ArrayBuffer>,
    more: Record<string, string> = {},
  ) =>
    test.api.send('POST', '/api/register', {
      headers: { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...more },
      body,
    });

  it.each(['application/json', 'APPLICATION/JSON', 'application/json; charset=utf-8', 'application/json;charset=UTF8'])(
    'is read as %s',
    async (type) => {
      expect((await register(type, valid())).status).toBe(201);
    },
  );

  it.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json; charset=iso-8859-1',
    '',
  ])('is not read as %j', async (type) => {
    const answer = await register(type, valid());
    expect(answer.status).toBe(415);
    expect(answer.body.message).toBe('Unsupported media type');
  });

  it('is not read without a content type', async () => {
    expect((await register(undefined, new TextEncoder().encode(valid()))).status).toBe(415);
  });

  it.each([
    '',
    '{"name": "x",',
    "{'name':'x'}",
    '[1]',
    '"abc"',
    '5',
    'false',
    '[["a"]]',
    '['.repeat(20_000),
    '{"__proto__":{"name":"x"}}',
    '{"constructor":{"prototype":{"a":1}}}',
  ])('must be a JSON object, not %j', async (body) => {
    const answer = await register('application/json', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe('The body must be a JSON object.');
  });

  it('is not read from a form however the path is spelt', async () => {
    for (const path of ['/%61pi/login', '/api/%6cogin']) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await test.api.send('POST', path, { headers, body: 'email=a@example.com&password=abcd1234' });
      expect(answer.status).toBe(415);
      expect(answer.body.message).toBe('Unsupported media type');
    }
    expect((await test.api.send('GET', '/%61pi/user-info')).body.message).toBe('Unauthorized');
    expect((await test.api.send('GET', '/api/%6cogin')).headers.get('allow')).toBe('POST');
  });

  it('of JSON may come from any origin: no form can send it, and the answer is not theirs to read', async () => {
    const answer = await register('application/json', valid(), {
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('must be UTF-8', async () => {
    const latin1 = new Uint8Array(Buffer.from(valid().replace('Ana', 'José'), 'latin1'));
    expect((await register('application/json', latin1)).status).toBe(400);
  });

  it('must not be compressed', async () => {
    const answer = await register('application/json', new Uint8Array(gzipSync(valid())), {
      'content-encoding': 'gzip',
    });
    expect(answer.status).toBe(415);
  });

  it('may be 64 KB and no more', async () => {
    const ofSize = (bytes: number) => valid().replace('{', `{"padding":"${'x'.repeat(bytes - valid().length - 13)}",`);
    expect((await register('application/json', ofSize(65_000))).status).toBe(201);
    const answer = await register('application/json', ofSize(66_000));
    expect(answer.status).toBe(413);
    expect(answer.body.message).toBe('Payload too large');
  });

  it('may be missing at the logout page', async () => {
    expect((await test.api.send('POST', '/logout')).status).toBe(303);
  });
});
