import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionsService } from '../src/sessions/sessions.service.js';
import { type Person, sessionIdOf, type SignedIn } from './support/api.js';
import { ENGINE } from './support/database.js';
import { type MailedApp, startMailedApp, subjectsOf, tokenIn } from './support/mailed-app.js';
import { Visitor } from './support/visitor.js';

const NEW = 'quiet river 7 lantern';

describe(`change the password (${ENGINE})`, () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());

  const change = ({ token, password }: SignedIn, to: unknown = NEW, current: unknown = password) =>
    test.api.as(token, 'PUT', '/api/password', { current_password: current, new_password: to });
  const loginStatus = async ({ email }: Person, password: string) => (await test.api.login(email, password)).status;
  const isLive = async ({ token }: SignedIn) => (await test.api.userInfo(token)).status === 200;
  const versionOf = async ({ email }: Person) => (await test.userOf(email)).passwordVersion;

  it('keeps this session and ends all others, of the API and of browsers, at once', async () => {
    const here = await test.api.signedIn();
    const there = await test.api.logIn(here);
    const browser = new Visitor(test.api);
    await browser.submit('/login', { email: here.email, password: here.password });
    const answer = await change(here);
    expect([answer.status, answer.body.message, answer.body.data]).toEqual([200, 'Password changed', { ended: 2 }]);
    expect([await isLive(here), await isLive(there)]).toEqual([true, false]);
    expect((await test.api.refresh(here.refreshToken)).status).toBe(200);
    expect((await test.api.refresh(there.refreshToken)).status).toBe(401);
    expect((await browser.get('/')).status).toBe(303);
    expect([await loginStatus(here, here.password), await loginStatus(here, NEW)]).toEqual([401, 200]);
  });

  it('mails a notice to the address', async () => {
    const ana = await test.api.signedIn();
    await change(ana);
    expect(subjectsOf(await test.mail.to(ana.email, 2)).at(-1)).toBe('Your password was changed');
  });

  it('keeps the session through every moment of the change', async () => {
    const ana = await test.api.signedIn();
    const statuses: number[] = [];
    let isDone = false;
    const watch = async () => {
      while (!isDone) statuses.push((await test.api.userInfo(ana.token)).status);
    };
    const watchers = Array.from({ length: 8 }, watch);
    const passwords = [ana.password, 'first new 1 x', 'second new 2 x', 'third new 3 x'];
    try {
      for (let i = 0; i < 3; i++) expect((await change(ana, passwords[i + 1], passwords[i])).status).toBe(200);
    } finally {
      isDone = true;
      await Promise.all(watchers);
    }
    expect(statuses.length).toBeGreaterThan(20);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it('asks for the current password: without it, or with a wrong one, nothing changes', async () => {
    const ana = await test.api.signedIn();
    const wrong = await change(ana, NEW, 'wrong 1234');
    expect([wrong.status, wrong.body.message, wrong.body.error]).toEqual([
      403,
      'Forbidden',
      'The password is not right.',
    ]);
    for (const current of [undefined, null, '', ' ', [ana.password], { a: ana.password }]) {
      const answer = await change(ana, NEW, current === undefined ? null : current);
      expect([answer.status, Object.keys(answer.body.error as object)]).toEqual([400, ['current_password']]);
    }
    expect((await test.api.as(ana.token, 'PUT', '/api/password', { new_password: NEW })).status).toBe(400);
    expect([await versionOf(ana), await loginStatus(ana, ana.password)]).toEqual([1, 200]);
  });

  it('asks for it also of a session that began long ago', async () => {
    const ana = await test.api.signedIn();
    const dayAgo = new Date(Date.now() - 86_400_000);
    const sessions = test.dataSource.getRepository('Session');
    await sessions.update({ id: sessionIdOf(ana.token) }, { startedAt: dayAgo, lastSeenAt: dayAgo });
    expect((await change(ana, NEW, 'wrong 1234')).status).toBe(403);
    expect((await change(ana)).status).toBe(200);
  });

  it('is closed without a token, and to the cookie of the pages', async () => {
    const browser = new Visitor(test.api);
    const ana = await test.api.person();
    await browser.submit('/login', { email: ana.email, password: ana.password });
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = JSON.stringify({ current_password: ana.password, new_password: NEW, email: ana.email, password: NEW });
    const headers = { cookie, 'content-type': 'application/json', origin: 'https://evil.example' };
    for (const [method, path] of [
      ['PUT', '/api/password'],
      ['PUT', '/api/email'],
      ['PATCH', '/api/user-info'],
      ['DELETE', '/api/user-info'],
      ['POST', '/api/logout'],
    ] as const) {
      const { status } = await test.api.send(method, path, { headers, body });
      // As the original, which had no such method.
      expect([path, status]).toEqual([path, path === '/api/user-info' ? 405 : 401]);
    }
    expect((await browser.get('/')).text).toContain(ana.name);
    expect(await loginStatus(ana, ana.password)).toBe(200);
  });

  it('takes no form of another site in the place of JSON', async () => {
    const ana = await test.api.signedIn();
    const headers = {
      authorization: `Bearer ${ana.token}`,
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    };
    const body = new URLSearchParams({ current_password: ana.password, new_password: NEW }).toString();
    expect((await test.api.send('PUT', '/api/password', { headers, body })).status).toBe(415);
    const refresh = new URLSearchParams({ refresh_token: ana.refreshToken }).toString();
    expect((await test.api.send('POST', '/api/refresh', { headers, body: refresh })).status).toBe(415);
    expect([await versionOf(ana), (await test.api.refresh(ana.refreshToken)).status]).toEqual([1, 200]);
  });

  it('refuses a new password by the rules of a registration', async () => {
    const ana = await test.api.signedIn();
    const answer = await change(ana, 'short');
    expect([answer.status, answer.body.error]).toEqual([
      400,
      {
        new_password: [
          'Password must be at least 8 characters long.',
          'Password must contain both letters and numbers.',
        ],
      },
    ]);
    expect(await versionOf(ana)).toBe(1);
  });

  it('slows guessing down as a login does, and counts it with logins', async () => {
    const ana = await test.api.signedIn();
    const statuses: number[] = [];
    while (statuses.length < 60 && statuses.at(-1) !== 429)
      statuses.push((await change(ana, NEW, 'wrong 1234')).status);
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.length).toBeLessThanOrEqual(25);
    const right = await change(ana);
    expect([right.status, Number(right.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await loginStatus(ana, ana.password)).toBe(429);
    expect(await versionOf(ana)).toBe(1);
  });

  it('lets one of two changes at once succeed, and its session live', async () => {
    const person = await test.api.person();
    const devices = [await test.api.logIn(person), await test.api.logIn(person)];
    const answers = await Promise.all(devices.map((device, i) => change(device, `new no ${i} of two`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect([await isLive(devices[winner]!), await isLive(devices[1 - winner]!)]).toEqual([true, false]);
    expect(await loginStatus(person, `new no ${winner} of two`)).toBe(200);
  });

  it('leaves a session that lives on if the process ends in the middle, until the next change', async () => {
    const here = await test.api.signedIn();
    const there = await test.api.logIn(here);
    await test.app.get(SessionsService).keepThroughChange(sessionIdOf(here.token), 2);
    expect([await isLive(here), await loginStatus(here, here.password)]).toEqual([true, 200]);
    expect((await change(there)).status).toBe(200);
    expect([await isLive(here), await isLive(there)]).toEqual([false, true]);
  });

  it('leaves no link good that was asked for before', async () => {
    const ana = await test.api.signedIn();
    await test.api.post('/api/forgot-password', { email: ana.email });
    const [, mail] = await test.mail.to(ana.email, 2);
    expect((await change(ana)).status).toBe(200);
    const body = { token: tokenIn(mail!), password: 'another one 7' };
    expect((await test.api.post('/api/reset-password', body)).status).toBe(400);
  });

  it('is recorded, as is the wrong password', async () => {
    const ana = await test.api.signedIn();
    const { id } = await test.userOf(ana.email);
    await change(ana, NEW, 'wrong 1234');
    await change(ana);
    const found = async () => {
      const sql =
        "SELECT event, detail FROM audit_events WHERE user_id = ? AND event LIKE 'authn_password%' ORDER BY at";
      return test.dataSource.query<{ event: string; detail: string | null }[]>(sql, [id]);
    };
    const deadline = Date.now() + 10_000;
    while ((await found()).length < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await found()).map(({ event, detail }) => [event, detail])).toEqual([
      ['authn_password_change_fail', 'wrong_password'],
      ['authn_password_change', null],
    ]);
  });
});
