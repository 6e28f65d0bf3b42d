import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, SignedIn } from './support/api.js';
import { decodeJwt } from './support/api.js';
import { SECRET_KEY, startApp, type TestApp } from './support/app.js';

const ID = 'billing service';
const SECRET = 'nur: fuer+Tests%20 & 0123456789 abcdefghij';

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const formEncode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');

describe('introspect', () => {
  let test: TestApp;
  let ana: SignedIn;
  beforeAll(async () => {
    test = await startApp({ INTROSPECTION_CLIENT_ID: ID, INTROSPECTION_CLIENT_SECRET: SECRET });
    ana = await test.api.signedIn();
  });
  afterAll(() => test.stop());

  function introspect(
    fields: Record<string, string>,
    headers: Record<string, string> = { authorization: basic(ID, SECRET) },
  ): Promise<Answer> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(fields).toString();
    return test.api.send('POST', '/api/introspect', { headers: { ...type, ...headers }, body });
  }

  it('tells what a token is good for, in the shape of RFC 7662', async () => {
    const answer = await introspect({ token: ana.token, token_type_hint: 'access_token' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    const { sub, sid, iss, aud, exp, iat, jti } = decodeJwt(ana.token).claims;
    const claims = { sub, sid, iss, aud, exp, iat, jti };
    expect(answer.body).toEqual({ active: true, token_type: 'Bearer', ...claims, roles: ['user'] });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('tells the role that the account has now, which no token does', async () => {
    const budi = await test.api.signedIn();
    await test.dataSource.query("UPDATE users SET role = 'admin' WHERE email = ?", [budi.email]);
    expect((await introspect({ token: budi.token })).body).toMatchObject({ active: true, roles: ['admin'] });
    const { token } = await test.api.logIn(budi);
    expect(Object.keys(decodeJwt(token).claims).filter((claim) => claim.includes('role'))).toEqual([]);
    expect((await test.api.userInfo(token)).body.data).toEqual({ user: { name: budi.name, email: budi.email } });
  });

  it('reads JSON too', async () => {
    const headers = { authorization: basic(ID, SECRET), 'content-type': 'application/json' };
    const body = JSON.stringify({ token: ana.token });
    expect((await test.api.send('POST', '/api/introspect', { headers, body })).body).toMatchObject({ active: true });
  });

  it('knows of a logout, a lock and a new password at once', async () => {
    const changes = [
      ({ token }: SignedIn) => test.api.logout(token),
      ({ email }: SignedIn) =>
        test.dataSource.query('UPDATE users SET locked_at = created_at WHERE email = ?', [email]),
      ({ email }: SignedIn) => test.dataSource.query('UPDATE users SET password_version = 2 WHERE email = ?', [email]),
      ({ email }: SignedIn) => test.dataSource.query('DELETE FROM users WHERE email = ?', [email]),
    ];
    for (const change of changes) {
      const person = await test.api.signedIn();
      expect((await introspect({ token: person.token })).body).toMatchObject({ active: true });
      await change(person);
      expect((await introspect({ token: person.token })).text).toBe('{"active":false}');
    }
  });

  it.each<[string, () => string]>([
    ['a refresh token', () => ana.refreshToken],
    ['a word', () => 'x'],
    ['a token with another signature', () => `${ana.token.slice(0, -5)}AAAAA`],
    ['a token and more', () => `${ana.token} x`],
    ['a JWT that was not signed here', () => 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'],
    ['claims of null', () => `${ana.token.split('.')[0]}.bnVsbA.abc`],
    ['50 000 characters', () => 'x'.repeat(50_000)],
  ])('says of %s only that it opens nothing', async (_what, token) => {
    const answer = await introspect({ token: token() });
    expect([answer.status, answer.text]).toEqual([200, '{"active":false}']);
  });

  it('says of the session of one with the id of another that it opens nothing', async () => {
    const { header, claims } = decodeJwt((await test.api.signedIn()).token);
    const sign = (changes: object) => {
      const text = [header, { ...claims, ...changes }]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${text}.${createHmac('sha256', SECRET_KEY).update(text).digest('base64url')}`;
    };
    expect((await introspect({ token: sign({}) })).body).toMatchObject({ active: true });
    expect((await introspect({ token: sign({ sub: decodeJwt(ana.token).claims.sub }) })).text).toBe('{"active":false}');
  });

  it('takes the credentials form-encoded, as RFC 6749 has them, or as they are', async () => {
    for (const authorization of [
      basic(formEncode(ID), formEncode(SECRET)),
      basic(ID, SECRET),
      basic(ID, SECRET).replace('Basic', 'basic'),
    ]) {
      expect((await introspect({ token: ana.token }, { authorization })).status).toBe(200);
    }
  });

  it.each<[string, () => Record<string, string>]>([
    ['no credentials', () => ({})],
    ['another secret', () => ({ authorization: basic(ID, `${SECRET}x`) })],
    ['half of the secret', () => ({ authorization: basic(ID, SECRET.slice(0, 20)) })],
    ['no secret', () => ({ authorization: basic(ID, '') })],
    ['another client', () => ({ authorization: basic('billing', SECRET) })],
    ['no base64', () => ({ authorization: 'Basic ***' })],
    ['an access token', () => ({ authorization: `Bearer ${ana.token}` })],
    ['the secret for a token', () => ({ authorization: `Bearer ${SECRET.replaceAll(' ', '')}` })],
  ])('asks for the client: %s', async (_what, headers) => {
    const answer = await introspect({ token: ana.token }, headers());
    expect([answer.status, answer.body.error]).toEqual([401, 'The client is not known or its secret is wrong.']);
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="kunci", charset="UTF-8"');
  });

  it('asks for a token', async () => {
    expect((await introspect({ token_type_hint: 'access_token' })).body.error).toEqual({
      token: ['This field is required.'],
    });
  });
});

describe('introspect without a client in the settings', () => {
  it('is not there', async () => {
    const test = await startApp();
    try {
      const { token } = await test.api.signedIn();
      const headers = { 'content-type': 'application/json', authorization: basic('resource-server', '') };
      const body = JSON.stringify({ token });
      for (const sent of [{ headers, body }, {}]) {
        const answer = await test.api.send('POST', '/api/introspect', sent);
        expect([answer.status, answer.body.error]).toEqual([404, 'There is nothing at this address.']);
      }
    } finally {
      await test.stop();
    }
  });
});
