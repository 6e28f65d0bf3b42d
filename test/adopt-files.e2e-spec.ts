import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AdoptionTest, numbersOf, startAdoptionTest } from './support/adoption.js';
import { ENGINE } from './support/database.js';
import { HASH_VECTORS } from './support/hash-vectors.js';

const { hash: HASH, password: PASSWORD } = HASH_VECTORS.find(({ kind }) => kind === 'bcrypt')!;

describe(`kunci adopt, of files (${ENGINE})`, () => {
  let test: AdoptionTest;
  beforeEach(async () => {
    test = await startAdoptionTest();
  });
  afterEach(() => test.stop());

  const adopt = (...args: string[]) => test.adopt([...args, '--yes']);
  const write = (name: string, content: string | Buffer) => {
    writeFileSync(join(test.folder, name), content);
    return name;
  };
  const report = () => readFileSync(join(test.folder, 'adopt-report.csv'), 'utf8').split('\r\n').slice(1, -1);

  it('takes over a CSV file, and names lines that stay behind', async () => {
    const file = write(
      'users.csv',
      '\ufeffid,name,email,password,note\r\n' +
        `12,"Ana ""A"", of\nBali",ana@example.com,${HASH},x\r\n` +
        '\r\n' +
        `,Ben,ben@example.com,${HASH},\r\n` +
        `9,Late,ANA@example.com,${HASH},\r\n` +
        `14,Comma,comma@example.com,${HASH},,\r\n` +
        `15,Short,short@example.com\r\n` +
        `-16,Negative,negative@example.com,${HASH},`,
    );
    const { exitCode, stdout, stderr } = await adopt('--from', file);
    expect([exitCode, stderr]).toEqual([3, '']);
    expect(numbersOf(stdout)).toEqual([3, 0, 3]);
    expect((await test.users()).map(({ id, name, email }) => [id, name, email])).toEqual([
      [9, 'Late', 'ANA@example.com'],
      [expect.any(Number), 'Ben', 'ben@example.com'],
      [expect.any(Number), 'Negative', 'negative@example.com'],
    ]);
    expect((await test.api.login('ana@example.com', PASSWORD)).status).toBe(200);
    expect(report().sort()).toEqual([
      '"3","12","ana@example.com","its address is that of another row: 9"',
      '"7","","","it cannot be read as a row of these columns"',
      '"8","","","it cannot be read as a row of these columns"',
      expect.stringMatching(/^"9","'-16","negative@example\.com","its account has a new id: \d+"$/),
    ]);
    expect(numbersOf((await adopt('--from', file)).stdout)).toEqual([0, 3, 3]);
  });

  it('takes over JSON Lines, and names lines that stay behind', async () => {
    const line = (value: unknown) => JSON.stringify(value);
    const file = write(
      'users.jsonl',
      [
        line({ id: 5, name: 'Ana', email: 'ana@example.com', password: HASH, verified: true }),
        '{"id": 6, "name": "Cut',
        '',
        line([7, 'Array', 'array@example.com', HASH]),
        line({ id: '8', name: null, email: 'null@example.com', password: null, verified: false }),
        line({ id: 9, name: ['x'], email: 'list@example.com', password: HASH }),
        line({ id: 10, name: 'Half \ud83d', email: 'half@example.com', password: HASH }),
        line({ id: 11, email: { $ne: null }, name: 'Object', password: HASH }),
        `{"__proto__": {"email": "proto@example.com"}, "id": 12, "name": "P", "password": "x"}`,
      ].join('\n'),
    );
    const { exitCode, stdout, stderr } = await adopt('--from', file, '--map', 'email_verified_at=verified');
    expect([exitCode, stderr]).toEqual([3, '']);
    expect(numbersOf(stdout)).toEqual([2, 0, 6]);
    const [ana, named] = await test.users();
    expect(ana).toMatchObject({ id: 5, name: 'Ana' });
    expect(ana!.emailVerifiedAt).toBeInstanceOf(Date);
    expect(named).toMatchObject({ id: 8, name: 'null', passwordHash: '!', emailVerifiedAt: null });
    expect(report().map((row) => row.split(',')[0])).toEqual(['"2"', '"4"', '"6"', '"7"', '"8"', '"9"']);
  });

  it.each([
    [
      'that is not UTF-8',
      'latin.csv',
      Buffer.from('id,name,email,password\n1,Jos\xe9,jose@example.com,x\n', 'latin1'),
      /is not UTF-8/,
    ],
    [
      'whose quotes do not close',
      'open.csv',
      'id,name,email,password\n1,"Ana,ana@example.com,x\n2,B,b@example.com,x\n',
      /open\.csv is no CSV of RFC 4180: CSV_QUOTE_NOT_CLOSED in line 3\.\n$/,
    ],
    ['with a column twice', 'twice.csv', 'id,email,email,name,password\n', /has the column email twice/],
    ['without a column', 'less.csv', 'id,name,password\n', /There is no column email\. There are: id, name, password/],
    ['that is empty', 'empty.csv', '', /is empty/],
    ['without an object', 'empty.jsonl', '[]\n', /holds no line that is a JSON object/],
    [
      'with a line without end',
      'long.jsonl',
      `{"email": "a@example.com"}\n${'x'.repeat(1_100_000)}`,
      /Line 2 of long\.jsonl is too long/,
    ],
    [
      'whose quotes come late, without showing them',
      'late.csv',
      'id,name,email,password\n1,A,a@example.com,hunter"2\n',
      /^late\.csv is no CSV of RFC 4180: \w+ in line 2\.\n$/,
    ],
  ])('changes nothing for a file %s', async (_what, name, content, told) => {
    const { exitCode, stderr } = await adopt('--from', write(name, content));
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(told)]);
    expect(stderr).not.toMatch(/at .*\.js:|hunter/);
    expect(await test.users()).toEqual([]);
  });

  it('takes over what a spreadsheet writes where commas stand in numbers', async () => {
    write('semicolons.csv', `"id";"name";"email";"password"\r\n4;"A, ""B""";a@example.com;${HASH}\r\n`);
    write('tabs.csv', `id\tname\temail\tpassword\tlast, first\n5\tB, C\tb@example.com\t${HASH}\tx\n`);
    for (const file of ['semicolons.csv', 'tabs.csv']) expect((await adopt('--from', file)).exitCode).toBe(0);
    expect((await test.users()).map(({ id, name }) => [id, name])).toEqual([
      [4, 'A, "B"'],
      [5, 'B, C'],
    ]);
  });

  it('writes its report into a file of its own, whatever was in its place', async () => {
    const precious = join(test.folder, write('precious.txt', 'precious'));
    symlinkSync(precious, join(test.folder, 'adopt-report.csv'));
    await adopt('--from', write('users.csv', `id,name,email,password\n1,A,no address,${HASH}\n`));
    expect(report()).toEqual(['"2","1","no address","its address is not valid"']);
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    const { exitCode, stderr } = await adopt('--from', 'users.csv', '--report', 'no/such/folder.csv');
    expect([exitCode, stderr]).toEqual([1, 'The report cannot be written: there is no folder no/such.\n']);
  });

  it('writes no report over what is no file, or what it reads, and does nothing without one', async () => {
    const content = `id,name,email,password\n1,A,no address,${HASH}\n2,B,b@example.com,${HASH}\n`;
    write('users.csv', content);
    symlinkSync('users.csv', join(test.folder, 'link.csv'));
    for (const place of ['.', 'users.csv', 'link.csv', './users.csv']) {
      const { exitCode, stderr } = await adopt('--from', 'users.csv', '--report', place);
      expect([place, exitCode, stderr]).toEqual([place, 1, expect.stringContaining('The report cannot be written: ')]);
    }
    expect(readFileSync(join(test.folder, 'users.csv'), 'utf8')).toBe(content);
    expect(await test.users()).toEqual([]);
  });
});
