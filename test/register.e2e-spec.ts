import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEmail } from './support/api.js';
import { ROOM_TO_HASH, startApp, type TestApp } from './support/app.js';

const REQUIRED = ['This field is required.'];
const TAKEN = ['Email already registered. Please use a different email address.'];
const TOO_SHORT = 'Password must be at least 8 characters long.';
const NO_MIX = 'Password must contain both letters and numbers.';

describe('register', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp(ROOM_TO_HASH);
  });
  afterAll(() => test.stop());

  it('creates an account and answers its name and address, nothing else', async () => {
    const email = newEmail();
    const answer = await test.api.register({ name: 'Ana', email: ` ${email} `, password: 'abcd1234' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      status: 201,
      message: 'User registered successfully',
      server: { platform: expect.any(String), version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
      data: { user: { name: 'Ana', email } },
    });
  });

  it('keeps the name and address exactly as given', async () => {
    const email = `Ana.${newEmail().toUpperCase()}`;
    const name = "Ünïcødé 名前 👩‍👩‍👧‍👦 <b>'; DROP TABLE users; --";
    const { token } = await test.api.signedIn({ name, email });
    expect((await test.api.userInfo(token)).body.data.user).toEqual({ name, email });
  });

  it.each<[string, object, Record<string, string[]>]>([
    ['nothing', {}, { name: REQUIRED, email: REQUIRED, password: REQUIRED }],
    [
      'blanks',
      { name: ' \t', email: '  ', password: '        ' },
      { name: REQUIRED, email: REQUIRED, password: REQUIRED },
    ],
    [
      'empty values of other types',
      { name: 0, email: [], password: {} },
      { name: REQUIRED, email: REQUIRED, password: REQUIRED },
    ],
    [
      'values of other types',
      { name: 7, email: ['a@example.com'], password: { a: 1 } },
      {
        name: ['This field must be text.'],
        email: ['This field must be text.'],
        password: ['This field must be text.'],
      },
    ],
    [
      'a name of 151 code points',
      { name: '😀'.repeat(151) },
      { name: ['Field must be between 1 and 150 characters long.'] },
    ],
    ['a name with an unpaired surrogate', { name: 'a\ud800' }, { name: ['This field must be text.'] }],
    ['a name with a line break', { name: 'a\r\nb' }, { name: ['Field must not contain control characters.'] }],
    [
      'an address that is neither valid nor short',
      { email: 'x'.repeat(151) },
      { email: ['Invalid email address.', 'Field cannot be longer than 150 characters.'] },
    ],
    [
      'an address whose canonical form is too long',
      { email: `a@${'\ufb2c'.repeat(63)}.${'\ufb2c'.repeat(63)}.co` },
      { email: ['Invalid email address.'] },
    ],
    ['a short password without a number', { password: 'abc' }, { password: [TOO_SHORT, NO_MIX] }],
    ['a password of 7 with both', { password: 'abcd123' }, { password: [TOO_SHORT, NO_MIX] }],
    ['a password without a number', { password: 'abcdefgh' }, { password: [NO_MIX] }],
    ['a password with an unpaired surrogate', { password: 'abcd1234\ud800' }, { password: [NO_MIX] }],
    [
      'a password of 1025',
      { password: 'a1'.repeat(512) + 'a' },
      { password: ['Password cannot be longer than 1024 characters.'] },
    ],
  ])('refuses %s and says why', async (_, change, error) => {
    const valid = Object.keys(error).length === 3 ? {} : { name: 'Ana', email: newEmail(), password: 'abcd1234' };
    const answer = await test.api.register({ ...valid, ...change });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toBe('Validation failed');
    expect(answer.body.error).toEqual(error);
  });

  it.each(['abcd1234'.repeat(128), 'pässwört ١٢٣', 'a1 😀😀😀😀😀😀', 'abcd\u00001234'.padEnd(90, 'z')])(
    'takes the password %j and needs every character of it',
    async (password) => {
      const { email } = await test.api.person({ password });
      expect((await test.api.login(email, password)).status).toBe(200);
      expect((await test.api.login(email, password.slice(0, -1))).status).toBe(401);
      expect((await test.api.login(email, `${password} `)).status).toBe(401);
    },
  );

  it('tells that an address is taken, together with the other faults', async () => {
    const { email } = await test.api.person();
    const answer = await test.api.register({ name: '', email: email.toUpperCase(), password: 'short' });
    expect(answer.body.error).toEqual({ name: REQUIRED, email: TAKEN, password: [TOO_SHORT, NO_MIX] });
  });

  it('takes the first account for its own however the address is written', async () => {
    const person = await test.api.person({ email: `josé.${newEmail()}`.normalize('NFC') });
    const spelling = ` ${person.email.normalize('NFD').toUpperCase()}`;
    expect((await test.api.register({ ...person, email: spelling })).body.error).toEqual({ email: TAKEN });
    expect((await test.api.login(spelling, person.password)).status).toBe(200);
  });

  it.each([
    ['an accent', 'jose', 'josé'],
    ['a Cyrillic letter', 'pat', 'pаt'],
    ['a sharp s', 'strasse', 'straße'],
    ['a tag', 'ab', 'a+b'],
    ['a dotless i', 'id', 'ıd'],
  ])('keeps two people apart whose addresses differ by %s', async (_, one, other) => {
    const rest = newEmail();
    const first = await test.api.person({ name: 'First', email: one + rest, password: 'first pass 1' });
    const second = await test.api.person({ name: 'Second', email: other + rest, password: 'second pass 2' });
    expect((await test.api.login(first.email, second.password)).status).toBe(401);
    expect((await test.api.login(second.email, first.password)).status).toBe(401);
  });

  it('lets exactly one of 24 parallel registrations of an address win', async () => {
    const email = newEmail();
    const people = Array.from({ length: 24 }, (_, i) => ({ name: `Racer ${i}`, email, password: `password no ${i}` }));
    const answers = await Promise.all(people.map((person) => test.api.register(person)));
    const winners = answers.flatMap((answer, i) => (answer.status === 201 ? [i] : []));
    expect(winners).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer.status).toBe(400);
      expect(answer.body.error).toEqual({ email: TAKEN });
    }
    const [{ rows }] = await test.dataSource.query<[{ rows: unknown }]>(
      'SELECT COUNT(*) AS `rows` FROM users WHERE email = ?',
      [email],
    );
    expect(Number(rows)).toBe(1);
    expect((await test.api.login(email, people[winners[0] ?? 0]?.password)).status).toBe(200);
  });

  it('ignores fields that nobody asked for', async () => {
    const email = newEmail();
    const answer = await test.api.register({
      id: 1,
      passwordHash: 'x',
      createdAt: 0,
      name: 'Ana',
      email,
      password: 'abcd1234',
    });
    expect(answer.status).toBe(201);
    expect((await test.api.login(email, 'abcd1234')).status).toBe(200);
  });

  it('stores a salted hash of its own for each account', async () => {
    const people = await Promise.all([test.api.person(), test.api.person()]);
    const rows = await test.dataSource.query<{ hash: string }[]>(
      'SELECT password_hash AS hash FROM users WHERE email IN (?, ?)',
      people.map((person) => person.email),
    );
    expect(rows).toHaveLength(2);
    for (const { hash } of rows)
      expect(hash).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=10\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{31}$/);
    expect(rows[0]?.hash).not.toBe(rows[1]?.hash);
  });
});
