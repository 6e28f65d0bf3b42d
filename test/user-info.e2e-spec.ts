import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, sessionIdOf, type SignedIn } from './support/api.js';
import { SECRET_KEY, startApp, type TestApp } from './support/app.js';

describe('user-info', () => {
  let test: TestApp;
  let ana: SignedIn;
  let budi: string;
  beforeAll(async () => {
    test = await startApp();
    ana = await test.api.signedIn();
    budi = sessionIdOf((await test.api.signedIn()).token);
  });
  afterAll(() => test.stop());

  const withHeader = (authorization: string) => test.api.send('GET', '/api/user-info', { headers: { authorization } });
  const base64url = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

  /** Ana's token with other claims or another header, signed with the right secret unless told otherwise. */
  function forged(change: object, head: object = {}, secret: string | Buffer = SECRET_KEY, hash = 'sha256'): string {
    const { header, claims } = decodeJwt(ana.token);
    const signed = `${base64url({ ...header, ...head })}.${base64url({ ...claims, ...change })}`;
    return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
  }

  it('shows the signed-in user their own name and address', async () => {
    const answer = await test.api.userInfo(ana.token);
    expect(answer.status).toBe(200);
    expect(answer.body.message).toBe('User information retrieved successfully');
    expect(answer.body.data).toEqual({ user: { name: ana.name, email: ana.email } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('takes the scheme in any letter case', async () => {
    expect((await withHeader(`bEARER ${ana.token}`)).status).toBe(200);
  });

  it('accepts what the tests forge when nothing is changed, so that the refusals below mean something', async () => {
    expect((await test.api.userInfo(forged({}))).status).toBe(200);
  });

  it('asks who sends no token for one, without an error code', async () => {
    for (const answer of [
      await test.api.userInfo(),
      await withHeader(`Basic ${ana.token}`),
      await withHeader(ana.token),
    ]) {
      expect(answer.status).toBe(401);
      expect(answer.body.message).toBe('Unauthorized');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="kunci"');
    }
  });

  it.each([
    ['an empty token', () => ''],
    ['three words', () => 'a.b.c'],
    ['dots', () => '..'],
    ['a word behind the token', () => `${ana.token} extra`],
    ['a token in quotes', () => `"${ana.token}"`],
    ['no signature', () => `${ana.token.split('.').slice(0, 2).join('.')}.`],
    [
      'a changed signature',
      () => ana.token.slice(0, -5) + (ana.token.at(-5) === 'A' ? 'B' : 'A') + ana.token.slice(-4),
    ],
    ['another secret', () => forged({}, {}, 'x'.repeat(40))],
    ['no algorithm', () => `${base64url({ alg: 'none', typ: 'JWT' })}.${ana.token.split('.')[1]}.`],
    ['another algorithm of the family', () => forged({}, { alg: 'HS512' }, SECRET_KEY, 'sha512')],
    ['an expired token', () => forged({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ['no expiry', () => forged({ exp: undefined })],
    ['an expiry in words', () => forged({ exp: 'never' })],
    ['a token of tomorrow', () => forged({ nbf: Math.floor(Date.now() / 1000) + 86_400 })],
    ['another issuer', () => forged({ iss: 'someone' })],
    ['another audience', () => forged({ aud: 'billing' })],
    ['no audience', () => forged({ aud: undefined })],
    ['no session', () => forged({ sid: undefined })],
    ['a session that never was', () => forged({ sid: randomUUID() })],
    ['the session of somebody else', () => forged({ sid: budi })],
    ['a session that is an array', () => forged({ sid: [decodeJwt(ana.token).claims.sid] })],
    ['another type of token', () => forged({}, { typ: 'JWT' })],
    ['no type', () => forged({}, { typ: undefined })],
    ['another key id', () => forged({}, { kid: 'other' })],
    ['no key id', () => forged({}, { kid: undefined })],
    ['a key id that is a path', () => forged({}, { kid: '../../../../dev/null' }, '')],
    ['a key of its own', () => forged({}, { jwk: { kty: 'oct', k: base64url(SECRET_KEY) } })],
    ['an extension that it calls critical', () => forged({}, { crit: ['b64'], b64: false })],
    ['a refresh token', () => ana.refreshToken],
    ['no subject', () => forged({ sub: undefined })],
    [
      'a subject that MySQL would read as a number',
      () => forged({ sub: `${String(decodeJwt(ana.token).claims.sub)}abc` }),
    ],
    ['a subject that is a number', () => forged({ sub: 1 })],
    ['a subject that is an object', () => forged({ sub: { id: 1 } })],
    ['a subject with a fraction', () => forged({ sub: '1.5' })],
    [
      'claims that are null',
      () => {
        const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url('null')}`;
        return `${signed}.${createHmac('sha256', SECRET_KEY).update(signed).digest('base64url')}`;
      },
    ],
  ])('refuses %s', async (_, token) => {
    const answer = await withHeader(`Bearer ${token()}`);
    expect(answer.status).toBe(401);
    expect(answer.body.message).toBe('Unauthorized');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="kunci", error="invalid_token"/);
  });

  it('takes the token from nowhere but the Authorization header', async () => {
    const places = [
      test.api.send('GET', `/api/user-info?access_token=${ana.token}`),
      test.api.send('GET', '/api/user-info', {
        headers: { cookie: `access_token=${ana.token}; kunci_session=${ana.token}` },
      }),
      test.api.send('GET', '/api/user-info', { headers: { 'x-access-token': ana.token } }),
    ];
    for (const answer of await Promise.all(places)) expect(answer.status).toBe(401);
  });

  it('says that nobody is there once the account is gone', async () => {
    const gone = await test.api.signedIn();
    await test.dataSource.query('DELETE FROM users WHERE email = ?', [gone.email]);
    const answer = await test.api.userInfo(gone.token);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ message: 'User not found', error: 'No user exists with the provided token' });
  });

  it('shows each of 150 parallel requests its own user, as the row is now', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, (_, i) => test.api.signedIn({ name: `Person ${i}` })));
    await test.dataSource.query('UPDATE users SET name = ? WHERE email = ?', ['Renamed', people[0]?.email]);
    const answers = await Promise.all(Array.from({ length: 150 }, (_, i) => test.api.userInfo(people[i % 5]?.token)));
    answers.forEach((answer, i) => {
      const name = i % 5 === 0 ? 'Renamed' : `Person ${i % 5}`;
      expect(answer.body.data.user).toEqual({ name, email: people[i % 5]?.email });
    });
  });

  it('asks the database once for all requests of one turn of the event loop', async () => {
    const { SessionsService } = await import('../src/sessions/sessions.service.js');
    const sessions = test.app.get(SessionsService);
    const people = await Promise.all(Array.from({ length: 4 }, () => test.api.signedIn()));
    const ids = people.map(({ token }) => sessionIdOf(token));
    const queries: string[] = [];
    const { logger } = test.dataSource;
    const original = logger.logQuery.bind(logger);
    logger.logQuery = (query) => queries.push(query);
    try {
      const asked = Array.from({ length: 40 }, (_, i) => sessions.findSignedIn(ids[i % 4] ?? ''));
      const found = await Promise.all(asked);
      found.forEach((signedIn, i) => expect(signedIn?.email).toBe(people[i % 4]?.email));
    } finally {
      logger.logQuery = original;
    }
    expect(queries).toHaveLength(1);
  });
});
