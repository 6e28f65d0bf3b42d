import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../src/sessions/session.entity.js';
import { sessionIdOf, type SignedIn } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';

describe('refresh', () => {
  let test: TestApp;
  let stranger: string;
  beforeAll(async () => {
    test = await startApp();
    stranger = (await test.api.signedIn()).refreshToken;
  });
  afterAll(() => test.stop());

  const rowOf = (token: string): Promise<Session> =>
    test.dataSource.getRepository<Session>('Session').findOneByOrFail({ id: sessionIdOf(token) });

  const change = (token: string, changes: Partial<Session>) =>
    test.dataSource.getRepository<Session>('Session').update({ id: sessionIdOf(token) }, changes);

  /** Lets all rotations so far have happened before the grace time. */
  async function passGraceTime({ token }: SignedIn): Promise<void> {
    const { rotatedSecrets } = await rowOf(token);
    await change(token, { rotatedSecrets: (rotatedSecrets ?? []).map(([hash, at]) => [hash, at - 10_001]) });
  }

  async function rotate(refreshToken: string): Promise<string> {
    const answer = await test.api.refresh(refreshToken);
    expect(answer.status).toBe(200);
    return answer.body.data.refresh_token;
  }

  it('renews both tokens of the same session', async () => {
    const ana = await test.api.signedIn();
    const { status, body, headers } = await test.api.refresh(ana.refreshToken);
    expect([status, body.message, headers.get('cache-control')]).toEqual([200, 'Token refreshed', 'no-store']);
    const { access_token, refresh_token, ...rest } = body.data;
    expect(rest).toEqual({ token_type: 'Bearer', expires_in: 900 });
    expect(access_token).not.toBe(ana.token);
    expect(refresh_token).not.toBe(ana.refreshToken);
    expect(sessionIdOf(access_token)).toBe(sessionIdOf(ana.token));
    expect((await test.api.userInfo(access_token)).body.data.user.email).toBe(ana.email);
    expect((await test.api.userInfo(ana.token)).status).toBe(200);
    expect(await test.api.sessions(access_token)).toHaveLength(1);
  });

  it('gives the same successor to whoever comes with the same token within the grace time', async () => {
    const ana = await test.api.signedIn();
    const successor = await rotate(ana.refreshToken);
    for (let i = 0; i < 3; i++) expect(await rotate(ana.refreshToken)).toBe(successor);
    expect(await rotate(successor)).not.toBe(successor);
  });

  it('gives the newest token to whoever is several rotations behind but within the grace time', async () => {
    const ana = await test.api.signedIn();
    const second = await rotate(ana.refreshToken);
    const third = await rotate(second);
    const fourth = await rotate(third);
    expect([await rotate(ana.refreshToken), await rotate(second), await rotate(third)]).toEqual(Array(3).fill(fourth));
    await passGraceTime(ana);
    expect((await test.api.refresh(fourth)).status).toBe(200);
  });

  it.each([
    ['the last one', 1],
    ['an older one', 3],
  ])('ends the session when a token is used again after the grace time: %s', async (_which, rotations) => {
    const ana = await test.api.signedIn();
    const other = await test.api.logIn(ana);
    let newest = ana.refreshToken;
    for (let i = 0; i < rotations; i++) newest = await rotate(newest);
    await passGraceTime(ana);
    const answer = await test.api.refresh(ana.refreshToken);
    expect([answer.status, answer.body.message]).toEqual([401, 'Unauthorized']);
    expect(answer.body.error).toMatch(/was used before\. Its session has been ended/);
    expect((await test.api.refresh(newest)).status).toBe(401);
    expect((await test.api.userInfo(ana.token)).status).toBe(401);
    const { endedAt, endReason } = await rowOf(ana.token);
    expect([endReason, Math.abs(Number(endedAt) - Date.now()) < 5_000]).toEqual(['refresh_token_reused', true]);
    expect((await test.api.refresh(other.refreshToken)).status).toBe(200);
  });

  it('counts the grace time from the rotation of the very token', async () => {
    const ana = await test.api.signedIn();
    const second = await rotate(ana.refreshToken);
    await passGraceTime(ana);
    const third = await rotate(second);
    expect(await rotate(second)).toBe(third);
    expect((await test.api.refresh(ana.refreshToken)).body.error).toMatch(/was used before/);
  });

  /** With one bit of a byte turned over. */
  function damaged(token: string, index: number): string {
    const bytes = Buffer.from(token, 'base64url');
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    return bytes.toString('base64url');
  }

  const broken: [string, (ana: SignedIn) => string][] = [
    ['a word', () => 'x'],
    ['an access token', ({ token }) => token],
    ['random bytes', () => randomBytes(72).toString('base64url')],
    ['a handle without its secret', ({ refreshToken }) => refreshToken.slice(0, 43)],
    ['a token that is cut', ({ refreshToken }) => refreshToken.slice(0, -1)],
    ['a token and more', ({ refreshToken }) => `${refreshToken}A`],
    ['a token with a blank', ({ refreshToken }) => ` ${refreshToken}`],
    ['a token with padding', ({ refreshToken }) => `${refreshToken}==`],
    ['a token whose secret was damaged', ({ refreshToken }) => damaged(refreshToken, 50)],
    ['a token whose handle was damaged', ({ refreshToken }) => damaged(refreshToken, 5)],
    ['a token whose end was damaged', ({ refreshToken }) => damaged(refreshToken, 70)],
    ['the secret of another session', ({ refreshToken }) => refreshToken.slice(0, 43) + stranger.slice(43)],
    ['a handle of nobody', ({ refreshToken }) => `${'A'.repeat(42)}${refreshToken.slice(42)}`],
    ['5 000 characters', () => 'x'.repeat(5_000)],
    ['NULs', () => `x${'\0'.repeat(95)}`],
    ['no well-formed text', () => '\ud800'.repeat(96)],
  ];

  it.each(broken)('refuses %s, and changes nothing', async (_what, token) => {
    const ana = await test.api.signedIn();
    const before = await rowOf(ana.token);
    const answer = await test.api.refresh(token(ana));
    expect([answer.status, answer.body.message]).toEqual([401, 'Unauthorized']);
    expect(await rowOf(ana.token)).toEqual(before);
    expect((await test.api.refresh(ana.refreshToken)).status).toBe(200);
  });

  it.each([undefined, null, '', 1, true, [], {}, ['x'], { $gt: '' }])(
    'asks for a token where it finds %p',
    async (value) => {
      const answer = await test.api.refresh(value);
      expect(answer.status).toBe(400);
      expect(Object.keys(answer.body.error as object)).toEqual(['refresh_token']);
    },
  );

  it('takes no refresh token for an access token', async () => {
    const { refreshToken } = await test.api.signedIn();
    expect((await test.api.userInfo(refreshToken)).status).toBe(401);
  });

  it('is no use once the session is idle for too long', async () => {
    const ana = await test.api.signedIn();
    await change(ana.token, { expiresAt: new Date(Date.now() - 1) });
    expect((await test.api.refresh(ana.refreshToken)).status).toBe(401);
    expect((await test.api.userInfo(ana.token)).status).toBe(401);
  });

  it('puts the idle end off, but not beyond 90 days from the login', async () => {
    const ana = await test.api.signedIn();
    const days = (count: number) => count * 86_400_000;
    await change(ana.token, { startedAt: new Date(Date.now() - days(10)), expiresAt: new Date(Date.now() + days(4)) });
    const second = await rotate(ana.refreshToken);
    const { expiresAt, lastSeenAt } = await rowOf(ana.token);
    expect(expiresAt.getTime() - lastSeenAt.getTime()).toBe(days(14));

    const startedAt = new Date(Date.now() - days(90) + 60_000);
    await change(ana.token, { startedAt });
    const answer = await test.api.refresh(second);
    expect((await rowOf(ana.token)).expiresAt.getTime()).toBe(startedAt.getTime() + days(90));
    // The access token does not outlive its session either.
    expect(answer.body.data.expires_in).toBeGreaterThan(50);
    expect(answer.body.data.expires_in).toBeLessThanOrEqual(60);
  });

  it('remembers where the session was last seen', async () => {
    const ana = await test.api.signedIn();
    await test.api.send('POST', '/api/refresh', {
      headers: { 'content-type': 'application/json', 'user-agent': 'Kunci-App/2' },
      body: JSON.stringify({ refresh_token: ana.refreshToken }),
    });
    expect((await test.api.sessions(ana.token))[0]?.user_agent).toBe('Kunci-App/2');
  });

  it('keeps nothing in the database that lets anyone in', async () => {
    const ana = await test.api.signedIn();
    const second = await rotate(ana.refreshToken);
    const row = JSON.stringify(
      await test.dataSource.query('SELECT * FROM sessions WHERE id = ?', [sessionIdOf(ana.token)]),
    );
    for (const token of [ana.refreshToken, second]) {
      const bytes = Buffer.from(token, 'base64url');
      for (const part of [bytes.subarray(0, 32), bytes.subarray(32, 64)]) {
        for (const encoding of ['base64url', 'base64', 'hex'] as const)
          expect(row).not.toContain(part.toString(encoding));
        expect(row).toContain(createHash('sha256').update(part).digest('base64url'));
      }
    }
  });

  it('keeps no more of old tokens than the grace time needs', async () => {
    const ana = await test.api.signedIn();
    let token = ana.refreshToken;
    for (let i = 0; i < 120; i++) token = await rotate(token);
    expect((await rowOf(ana.token)).rotatedSecrets).toHaveLength(100);
    await passGraceTime(ana);
    await rotate(token);
    expect((await rowOf(ana.token)).rotatedSecrets).toHaveLength(1);
  });
});
