import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OneTimeToken } from '../src/one-time-tokens/one-time-token.entity.js';
import { newEmail, type Person, type SignedIn } from './support/api.js';
import { ROOM_TO_HASH } from './support/app.js';
import { ENGINE } from './support/database.js';
import { CHANGED, EmailChanges, RESET } from './support/email-changes.js';
import { type MailedApp, startMailedApp } from './support/mailed-app.js';

const NEW = 'quiet river 7 lantern';

describe(`undo a change of the address (${ENGINE})`, () => {
  let test: MailedApp;
  let changes: EmailChanges;
  beforeAll(async () => {
    test = await startMailedApp(ROOM_TO_HASH);
    changes = new EmailChanges(test);
  });
  afterAll(() => test.stop());

  const loginStatuses = async (emails: string[], password: string) => {
    const statuses = [];
    for (const email of emails) statuses.push(await changes.loginStatus(email, password));
    return statuses;
  };

  it('gives the old address back, ends what the other had, and mails a link for a new password', async () => {
    const [ana, email] = [await test.api.signedIn(), newEmail()];
    await changes.changed(ana, email);
    const pending = await changes.requested(ana, newEmail());
    await test.api.post('/api/forgot-password', { email });
    const stolen = await changes.lastLink(email, RESET);
    const answer = await changes.undo(await changes.lastLink(ana.email, CHANGED));
    expect([answer.status, answer.body.message, answer.body.data]).toEqual([
      200,
      'Email address restored',
      { email: ana.email },
    ]);
    expect((await test.api.userInfo(ana.token)).status).toBe(401);
    expect((await test.api.refresh(ana.refreshToken)).status).toBe(401);
    expect(await loginStatuses([ana.email, email], ana.password)).toEqual([401, 401]);
    expect((await changes.confirm(pending)).status).toBe(400);
    expect((await test.api.post('/api/reset-password', { token: stolen, password: NEW })).status).toBe(400);
    const body = { token: await changes.lastLink(ana.email, RESET), password: NEW };
    expect((await test.api.post('/api/reset-password', body)).status).toBe(200);
    expect(await loginStatuses([ana.email, email], NEW)).toEqual([200, 401]);
  });

  it('works once, for a week', async () => {
    const ana = await test.api.signedIn();
    await changes.changed(ana, newEmail());
    const token = await changes.lastLink(ana.email, CHANGED);
    const tokens = test.dataSource.getRepository<OneTimeToken>('OneTimeToken');
    const row = await tokens.findOneByOrFail({ email: ana.email, purpose: 'undo_email_change' });
    expect(Math.abs(row.expiresAt.getTime() - Date.now() - 7 * 86_400_000)).toBeLessThan(60_000);
    const answers = await Promise.all(Array.from({ length: 16 }, () => changes.undo(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(15).fill(400)]);
    const budi = await test.api.signedIn();
    const email = newEmail();
    await changes.changed(budi, email);
    const late = await changes.lastLink(budi.email, CHANGED);
    await test.expireTokens();
    expect((await changes.undo(late)).status).toBe(400);
    expect(await changes.addressOf(budi)).toBe(email);
  });

  it('lets the oldest address win, whoever is quicker', async () => {
    const thief = async (ana: SignedIn): Promise<[string, string]> => {
      const [first, second] = [newEmail(), newEmail()];
      await changes.changed(ana, first);
      await changes.changed(ana, second);
      return [await changes.lastLink(ana.email, CHANGED), await changes.lastLink(first, CHANGED)];
    };
    const ana = await test.api.signedIn();
    const [owners, thiefs] = await thief(ana);
    expect([(await changes.undo(owners)).status, (await changes.undo(thiefs)).status]).toEqual([200, 400]);
    expect((await test.userOf(ana.email)).email).toBe(ana.email);
    const budi = await test.api.signedIn();
    const [ownersNext, thiefsNext] = await thief(budi);
    expect([(await changes.undo(thiefsNext)).status, (await changes.undo(ownersNext)).status]).toEqual([200, 200]);
    expect((await test.userOf(budi.email)).email).toBe(budi.email);
  });

  it('says that somebody else has the address by now, and stays good', async () => {
    const [ana, email] = [await test.api.signedIn(), newEmail()];
    await changes.changed(ana, email);
    const token = await changes.lastLink(ana.email, CHANGED);
    const squatter: Person = await test.api.person({ email: ana.email });
    const answer = await changes.undo(token);
    expect([answer.status, Object.keys(answer.body.error as object)]).toEqual([400, ['email']]);
    expect(await changes.addressOf(ana)).toBe(email);
    await test.dataSource.query('DELETE FROM users WHERE email = ?', [squatter.email]);
    expect((await changes.undo(token)).status).toBe(200);
  });
});
