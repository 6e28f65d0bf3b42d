import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionIdOf } from './support/api.js';
import { type MailedApp, startMailedApp } from './support/mailed-app.js';
import { written } from './support/audit.js';
import { ENGINE } from './support/database.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe(`take your data along (${ENGINE})`, () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());

  it('holds the account, its sessions and what happened to it, and nothing that lets somebody in', async () => {
    await test.api.signedIn();
    const ana = await test.api.signedIn();
    const over = await test.api.logIn(ana);
    await test.api.logout(over.token);
    // The start of the server, three of each registration, two of the login, one of the logout.
    expect(await written(test.dataSource, 10)).toHaveLength(10);
    const answer = await test.api.as(ana.token, 'GET', '/api/user-info/export');
    expect([answer.status, answer.body.message]).toEqual([200, 'Account data exported']);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="kunci-account.json"');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const session = {
      id: sessionIdOf(ana.token),
      kind: 'api_client',
      user_agent: 'node',
      address: '127.0.0.1',
      started_at: expect.stringMatching(INSTANT),
      last_seen_at: expect.stringMatching(INSTANT),
      expires_at: expect.stringMatching(INSTANT),
      ended_at: null,
      end_reason: null,
    };
    const ended = { ended_at: expect.stringMatching(INSTANT), end_reason: 'logged_out' };
    const event = (name: string, fields: object = {}) => ({
      at: expect.stringMatching(INSTANT),
      event: name,
      detail: null,
      session_id: null,
      address: '127.0.0.1',
      user_agent: 'node',
      ...fields,
    });
    const data = answer.body.data as unknown as { security_events: { event: string }[] };
    data.security_events.sort((a, b) => a.event.localeCompare(b.event));
    expect(data).toEqual({
      account: {
        id: expect.any(Number),
        name: ana.name,
        email: ana.email,
        email_verified_at: null,
        language: null,
        role: 'user',
        locked_at: null,
        created_at: expect.stringMatching(INSTANT),
        updated_at: expect.stringMatching(INSTANT),
      },
      sessions: [{ ...session, id: sessionIdOf(over.token), ...ended }, session],
      mailed_links: [
        { purpose: 'verify_email', email: ana.email, expires_at: expect.stringMatching(INSTANT), used_at: null },
      ],
      security_events: [
        event('authn_login_success'),
        event('authn_login_success'),
        event('session_created', { session_id: expect.any(String), detail: 'api_client' }),
        event('session_created', { session_id: expect.any(String), detail: 'api_client' }),
        event('session_expired', { session_id: sessionIdOf(over.token), detail: 'logged_out' }),
        event('user_created'),
      ],
    });
    expect(answer.text).not.toMatch(/hash|secret|bcrypt|handle|password_version/i);
    for (const secret of [ana.password, ana.refreshToken, ana.token]) expect(answer.text).not.toContain(secret);
  });

  it('is closed without a token', async () => {
    expect((await test.api.send('GET', '/api/user-info/export')).status).toBe(401);
  });
});
