import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SignedIn } from './support/api.js';
import { ENGINE } from './support/database.js';
import { type MailedApp, startMailedApp } from './support/mailed-app.js';

describe(`change name and language (${ENGINE})`, () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());

  const patch = ({ token }: SignedIn, changes: unknown) => test.api.as(token, 'PATCH', '/api/user-info', changes);

  it('changes what it is given and leaves the rest', async () => {
    const ana = await test.api.signedIn();
    const first = await patch(ana, { name: 'Ana Putri' });
    expect([first.status, first.body.message, first.body.data.user]).toEqual([
      200,
      'Account updated',
      { name: 'Ana Putri', email: ana.email, language: null },
    ]);
    const second = await patch(ana, { language: 'id' });
    expect(second.body.data.user).toEqual({ name: 'Ana Putri', email: ana.email, language: 'id' });
    const cleared = await patch(ana, { language: null, name: '<b>Ana</b>' });
    expect(cleared.body.data.user).toEqual({ name: '<b>Ana</b>', email: ana.email, language: null });
    await patch(ana, { language: 'en' });
    expect((await patch(ana, { language: null })).body.data.user).toMatchObject({ language: null });
    const info = await test.api.userInfo(ana.token);
    expect(info.body.data).toEqual({ user: { name: '<b>Ana</b>', email: ana.email } });
  });

  it('forgets a language that was chosen, and nothing else', async () => {
    const ana = await test.api.signedIn();
    await patch(ana, { language: 'id' });
    const cleared = await patch(ana, { language: null });
    expect([cleared.status, cleared.body.data.user]).toEqual([
      200,
      { name: ana.name, email: ana.email, language: null },
    ]);
  });

  it('mails in the language that was chosen, whatever the request says', async () => {
    const ana = await test.api.signedIn();
    await patch(ana, { language: 'id' });
    await test.api.send('POST', '/api/forgot-password', {
      headers: { 'content-type': 'application/json', 'accept-language': 'en' },
      body: JSON.stringify({ email: ana.email }),
    });
    const [, mail] = await test.mail.to(ana.email, 2);
    expect(mail?.html).toContain('<html lang="id">');
  });

  it.each<[string, unknown, object]>([
    ['an empty name', { name: '' }, { name: ['This field is required.'] }],
    ['null as a name', { name: null }, { name: ['This field is required.'] }],
    ['a name of another type', { name: ['Ana'] }, { name: ['This field must be text.'] }],
    ['a line break', { name: 'A\r\nb' }, { name: ['Field must not contain control characters.'] }],
    ['a long name', { name: 'x'.repeat(151) }, { name: ['Field must be between 1 and 150 characters long.'] }],
    ['a language that is none', { language: 'xx' }, { language: ['This language is not available.'] }],
    ['a language of another type', { language: ['id'] }, { language: ['This language is not available.'] }],
    ['a key of every object', { language: '__proto__' }, { language: ['This language is not available.'] }],
    [
      'both faults',
      { name: ' ', language: '' },
      {
        name: ['This field is required.'],
        language: ['This language is not available.'],
      },
    ],
  ])('refuses %s and changes nothing', async (_what, changes, faults) => {
    const ana = await test.api.signedIn();
    const answer = await patch(ana, changes);
    expect([answer.status, answer.body.error]).toEqual([400, faults]);
    expect(await test.userOf(ana.email)).toMatchObject({ name: ana.name, language: null });
  });

  it.each([
    ['nothing', {}],
    ['null', null],
    ['fields that are none of its own', { email: 'x@example.com', passwordVersion: 9, id: 1, lockedAt: null }],
  ])('asks for one of the two when it gets %s', async (_what, changes) => {
    const ana = await test.api.signedIn();
    const answer = await patch(ana, changes);
    expect([answer.status, answer.body.error]).toEqual([400, 'Name or language is required.']);
    expect(await test.userOf(ana.email)).toMatchObject({ name: ana.name, passwordVersion: 1 });
  });

  it('ignores what is none of its fields', async () => {
    const ana = await test.api.signedIn();
    const body = { name: 'Ana 2', email: 'x@example.com', password_version: 9, emailVerifiedAt: '2020-01-01', id: 1 };
    expect((await patch(ana, body)).status).toBe(200);
    expect(await test.userOf(ana.email)).toMatchObject({ name: 'Ana 2', passwordVersion: 1, emailVerifiedAt: null });
  });

  it.each(['PATCH', 'DELETE'])('answers %s without a token as the original did, and asks for one', async (method) => {
    const answer = await test.api.send(method, '/api/user-info');
    expect([answer.status, answer.body.message, answer.headers.get('allow')]).toEqual([
      405,
      'Method not allowed',
      'GET, HEAD',
    ]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="kunci"');
    const forged = await test.api.as('e30.e30.x', method, '/api/user-info', { name: 'Eve', password: 'x' });
    expect([forged.status, forged.body.message]).toEqual([401, 'Unauthorized']);
  });
});
