import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionIdOf, type SignedIn } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { NOWHERE } from './support/audit.js';

describe('sessions', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  /** Neither token opens anything. */
  async function expectOver({ token, refreshToken }: SignedIn): Promise<void> {
    const refused = await test.api.userInfo(token);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect((await test.api.refresh(refreshToken)).status).toBe(401);
  }

  async function expectLive({ token, refreshToken }: SignedIn): Promise<void> {
    expect((await test.api.userInfo(token)).status).toBe(200);
    expect((await test.api.refresh(refreshToken)).status).toBe(200);
  }

  const onDevices = async (count: number): Promise<SignedIn[]> => {
    const person = await test.api.person();
    const devices: SignedIn[] = [];
    for (let i = 0; i < count; i++) devices.push(await test.api.logIn(person));
    return devices;
  };

  it('are listed for their owner, the last seen first and this one marked', async () => {
    const before = Date.now();
    const [first, second] = (await onDevices(2)) as [SignedIn, SignedIn];
    await test.api.signedIn();
    const sessions = await test.api.sessions(second.token);
    expect(sessions.map(({ id, current }) => [id, current])).toEqual([
      [sessionIdOf(second.token), true],
      [sessionIdOf(first.token), false],
    ]);
    const [session] = sessions;
    expect(session).toEqual({
      id: sessionIdOf(second.token),
      user_agent: 'node',
      address: '127.0.0.1',
      started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      last_seen_at: session?.started_at,
      expires_at: new Date(Date.parse(session?.started_at ?? '') + 14 * 86_400_000).toISOString(),
      current: true,
    });
    expect(Date.parse(session?.started_at ?? '')).toBeGreaterThanOrEqual(before);
    expect(Date.parse(session?.started_at ?? '')).toBeLessThanOrEqual(Date.now());
  });

  it('keep what a client says of itself within bounds, whatever it says', async () => {
    const { email, password } = await test.api.person();
    const answer = await test.api.send('POST', '/api/login', {
      headers: { 'content-type': 'application/json', 'user-agent': `<b>\u00e9\u0085 ${'x'.repeat(5000)}` },
      body: JSON.stringify({ email, password }),
    });
    const [session] = await test.api.sessions(answer.body.data.access_token);
    expect(session?.user_agent).toBe(`<b>\u00e9 ${'x'.repeat(250)}`.slice(0, 255));
  });

  it('end at a logout, this one only', async () => {
    const [here, there] = (await onDevices(2)) as [SignedIn, SignedIn];
    const answer = await test.api.logout(here.token);
    expect([answer.status, answer.body.message, answer.body.data]).toEqual([200, 'Logged out', { ended: 1 }]);
    await expectOver(here);
    expect((await test.api.logout(here.token)).status).toBe(401);
    await expectLive(there);
  });

  it('end for a client that says JSON and sends no body', async () => {
    const ana = await test.api.signedIn();
    const headers = { authorization: `Bearer ${ana.token}`, 'content-type': 'application/json' };
    expect((await test.api.send('DELETE', '/api/sessions', { headers })).status).toBe(200);
    expect((await test.api.send('POST', '/api/logout', { headers })).status).toBe(200);
    await expectOver(ana);
  });

  it('end one by one', async () => {
    const [here, there, elsewhere] = (await onDevices(3)) as [SignedIn, SignedIn, SignedIn];
    const path = `/api/sessions/${sessionIdOf(there.token)}`;
    const answer = await test.api.as(here.token, 'DELETE', path);
    expect([answer.status, answer.body.data]).toEqual([200, { ended: 1 }]);
    await expectOver(there);
    expect((await test.api.as(here.token, 'DELETE', path)).status).toBe(404);
    expect(await test.api.sessions(here.token)).toHaveLength(2);
    await expectLive(elsewhere);
    expect((await test.api.as(here.token, 'DELETE', `/api/sessions/${sessionIdOf(here.token)}`)).status).toBe(200);
    await expectOver(here);
  });

  it('end all but this one', async () => {
    const [here, ...others] = (await onDevices(3)) as [SignedIn, SignedIn, SignedIn];
    const stranger = await test.api.signedIn();
    const answer = await test.api.as(here.token, 'DELETE', '/api/sessions');
    expect([answer.status, answer.body.data]).toEqual([200, { ended: 2 }]);
    for (const other of others) await expectOver(other);
    await expectLive(here);
    await expectLive(stranger);
    const again = await test.api.as(here.token, 'DELETE', '/api/sessions');
    expect(again.status).toBe(200);
    expect(again.body.data).toEqual({ ended: 0 });
  });

  it.each([
    ['of somebody else', async () => sessionIdOf((await test.api.signedIn()).token)],
    ['that never was', () => randomUUID()],
    ['that is no id', () => 'x'],
    ['that is a pattern', () => '%25'],
    ['of another script', () => '%C3%A9'],
    ['with SQL in it', () => `${randomUUID()}'%20OR%20'1'='1`],
  ])('answer alike to an id %s: there is no such session, and none ends', async (_what, id) => {
    const ana = await test.api.signedIn();
    const target = await id();
    const answer = await test.api.as(ana.token, 'DELETE', `/api/sessions/${target}`);
    expect([answer.status, answer.body.error]).toEqual([404, 'You have no live session with this id.']);
    await expectLive(ana);
    const [row] = await test.dataSource.query<{ ended_at: unknown }[]>('SELECT ended_at FROM sessions WHERE id = ?', [
      target,
    ]);
    expect(row?.ended_at ?? null).toBeNull();
  });

  it.each([
    ['the password is changed', 'UPDATE users SET password_version = password_version + 1 WHERE email = ?'],
    ['the account is locked', 'UPDATE users SET locked_at = created_at WHERE email = ?'],
  ])('are over the moment %s', async (_what, sql) => {
    const ana = await test.api.signedIn();
    await expectLive(ana);
    await test.dataSource.query(sql, [ana.email]);
    await expectOver(ana);
  });

  it('start dead when the password was changed while it was being checked', async () => {
    const { AuthService } = await import('../src/auth/auth.service.js');
    const { SessionsService } = await import('../src/sessions/sessions.service.js');
    const { email, password } = await test.api.person();
    const user = await test.app.get(AuthService).authenticate({ email, password }, NOWHERE);
    await test.dataSource.query('UPDATE users SET password_version = password_version + 1 WHERE email = ?', [email]);
    const hashes = { handleHash: randomUUID().padEnd(43), refreshSecretHash: null };
    const sessions = test.app.get(SessionsService);
    const { id } = await sessions.start(user, NOWHERE, { kind: 'browser', ...hashes });
    expect(await sessions.findSignedIn(id)).toBeNull();
  });

  it('start for nobody whose account was deleted meanwhile', async () => {
    const { AuthService } = await import('../src/auth/auth.service.js');
    const { RefreshService } = await import('../src/sessions/refresh.service.js');
    const { email, password } = await test.api.person();
    const user = await test.app.get(AuthService).authenticate({ email, password }, NOWHERE);
    await test.dataSource.query('DELETE FROM users WHERE email = ?', [email]);
    const started = test.app.get(RefreshService).start(user, NOWHERE);
    await expect(started).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('are a hundred at most: the one that was used least makes room', async () => {
    const [first, second] = (await onDevices(2)) as [SignedIn, SignedIn];
    const sessions = test.dataSource.getRepository('Session');
    const row = await sessions.findOneByOrFail({ id: sessionIdOf(first.token) });
    const more = Array.from({ length: 98 }, (_, i) => {
      const id = randomUUID();
      return { ...row, id, handleHash: id.padEnd(43, '-'), lastSeenAt: new Date(Date.now() - 60_000 * (i + 1)) };
    });
    // Before: TypeORM writes into what it inserts, on MySQL the ids of other rows.
    const oldest = more.at(-1)?.id;
    await sessions.insert(more);
    expect(await test.api.sessions(first.token)).toHaveLength(100);
    const third = await test.api.logIn(first);
    expect(await test.api.sessions(third.token)).toHaveLength(100);
    const { endReason } = await sessions.findOneByOrFail({ id: oldest });
    expect(endReason).toBe('limit_reached');
    for (const session of [first, second, third]) await expectLive(session);
  });

  it('are gone with the account, and an access token says so', async () => {
    const ana = await test.api.signedIn();
    await test.dataSource.query('DELETE FROM users WHERE email = ?', [ana.email]);
    const answer = await test.api.userInfo(ana.token);
    expect([answer.status, answer.body.message]).toEqual([404, 'User not found']);
    expect((await test.api.refresh(ana.refreshToken)).status).toBe(401);
    const id = sessionIdOf(ana.token);
    expect(await test.dataSource.query('SELECT id FROM sessions WHERE id = ?', [id])).toEqual([]);
  });

  it('ask for an access token, all of them', async () => {
    for (const [method, path] of [
      ['POST', '/api/logout'],
      ['GET', '/api/sessions'],
      ['DELETE', '/api/sessions'],
      ['DELETE', `/api/sessions/${randomUUID()}`],
    ] as const) {
      expect((await test.api.send(method, path)).status).toBe(401);
    }
  });
});
