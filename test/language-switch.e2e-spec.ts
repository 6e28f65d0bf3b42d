import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { User } from '../src/users/user.entity.js';
import type { Person } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { Visitor } from './support/visitor.js';

const INDONESIAN = { 'accept-language': 'id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7' };

describe('language switch', () => {
  let test: TestApp;
  let visitor: Visitor;
  let indonesian: Visitor;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());
  beforeEach(() => {
    visitor = new Visitor(test.api);
    indonesian = new Visitor(test.api, INDONESIAN);
  });

  const choose = (who: Visitor, language: string, back = '/login') => who.submit('/language', { language, back });

  /** As the person chose it in the account, on another device. */
  const chooseFor = ({ email }: Person, language: string) =>
    test.dataSource.getRepository(User).update({ email }, { language });

  it('is what the person chooses, in this browser for a year, on the page where they were', async () => {
    const page = (await visitor.get('/register?x=1')).text;
    expect(page).toContain('<input type="hidden" name="back" value="/register">');
    expect(page).toMatch(/<button name="language" value="en" lang="en" type="submit" aria-current="true">English</);
    expect(page).toMatch(/<button name="language" value="id" lang="id" type="submit">Bahasa Indonesia</);

    const chosen = await choose(visitor, 'id', '/register');
    expect([chosen.status, chosen.headers.get('location')]).toEqual([303, '/register']);
    expect(chosen.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^kunci_language=id; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/),
    ]);
    const after = (await visitor.get('/register')).text;
    expect(after).toContain('<html lang="id">');
    expect(after).toMatch(/value="id" lang="id" type="submit" aria-current="true">Bahasa Indonesia</);
  });

  it('is what was chosen in the browser before what the browser asks for', async () => {
    await choose(indonesian, 'en');
    expect((await indonesian.get('/login')).text).toContain('<html lang="en">');
    await choose(indonesian, 'id');
    expect((await indonesian.get('/login')).text).toContain('<html lang="id">');
  });

  it.each(['xx', '', 'ID', '__proto__', '%69d', '"id"'])('passes over a cookie of %j', async (language) => {
    visitor.cookies.set('kunci_language', language);
    expect((await visitor.get('/login')).text).toContain('<html lang="en">');
  });

  it("is the account's choice before the browser's, and is kept in the account", async () => {
    const person = await test.api.person();
    await visitor.submit('/login', { ...person });
    await chooseFor(person, 'id');
    visitor.cookies.set('kunci_language', 'en');
    expect((await visitor.get('/account')).text).toContain('<html lang="id">');

    await choose(visitor, 'en');
    expect((await visitor.get('/account')).text).toContain('<html lang="en">');
    const other = new Visitor(test.api, INDONESIAN);
    await other.submit('/login', { ...person });
    expect((await other.get('/')).text).toContain('<html lang="en">');
    await choose(other, 'id');
    expect((await visitor.get('/')).text).toContain('<html lang="id">');
  });

  it("is the account's choice also where nobody asks who is logged in, and after the logout", async () => {
    const person = await test.api.person();
    await chooseFor(person, 'id');
    await visitor.submit('/login', { ...person });
    await visitor.get('/');
    for (const path of ['/docs', '/nope', '/reset-password?token=x']) {
      expect((await visitor.get(path)).text).toContain('<html lang="id">');
    }
    await visitor.submit('/logout', {});
    expect((await visitor.get('/login')).text).toContain('<html lang="id">');
  });

  it("is nobody's to choose for another", async () => {
    const ana = await test.api.person();
    await visitor.submit('/login', { ...ana });
    await choose(indonesian, 'id');
    expect((await visitor.get('/')).text).toContain('<html lang="en">');
    const forged = await visitor.submit('/language', { language: 'id', back: '/' }, { origin: 'https://evil.example' });
    expect([forged.status, forged.headers.getSetCookie()]).toEqual([403, []]);
    expect((await visitor.get('/')).text).toContain('<html lang="en">');
  });

  it.each(['xx', '', 'ID', '__proto__', 'id\r\nset-cookie: a=b'])('refuses %j', async (language) => {
    const answer = await choose(visitor, language);
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([400, []]);
  });

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'evil.example',
    '/login\r\nset-cookie: a=b',
    '/login\0',
    '/@evil.example:',
    '/login?next=//evil.example',
    '/login#x',
    '/é',
    '',
  ])('leads from %j to the start, and nowhere else', async (back) => {
    const answer = await choose(visitor, 'id', back);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  });

  it('leads to the start from a path that is longer than any of ours', async () => {
    const answer = await choose(visitor, 'id', `/${'a'.repeat(3_000)}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  });

  it('leads to the start without a path, and from a form that has no page', async () => {
    const bare = await visitor.submit('/language', { language: 'id' });
    expect([bare.status, bare.headers.get('location')]).toEqual([303, '/']);
    const forged = await visitor.submit('/logout', {}, { origin: 'https://evil.example' });
    expect(forged.text).toContain('<input type="hidden" name="back" value="/">');
    const faulty = await visitor.submit('/login', { email: '', password: '' });
    expect(faulty.text).toContain('<input type="hidden" name="back" value="/login">');
  });

  it('cannot be made markup by a path', async () => {
    const page = (await test.api.send('GET', '/nope/"><script>alert(1)</script>')).text;
    expect(page).not.toContain('<script>alert');
  });
});
