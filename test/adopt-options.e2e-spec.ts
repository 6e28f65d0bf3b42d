import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AdoptionTest, numberOf, startAdoptionTest } from './support/adoption.js';
import { testSettings } from './support/app.js';
import { kunci } from './support/cli.js';
import { createDatabase, ENGINE } from './support/database.js';
import { HASH_VECTORS } from './support/hash-vectors.js';
import { PYTHON, Terminal } from './support/terminal.js';

const { hash: HASH, password: PASSWORD } = HASH_VECTORS.find(({ kind }) => kind === 'bcrypt')!;

describe(`the options of kunci adopt (${ENGINE})`, () => {
  let test: AdoptionTest;
  beforeEach(async () => {
    test = await startAdoptionTest();
  });
  afterEach(() => test.stop());

  it('takes along what the map names', async () => {
    await test.old.run(
      'CREATE TABLE members (nr INTEGER PRIMARY KEY, mail VARCHAR(150), full_name VARCHAR(150), pw VARCHAR(255), ' +
        'confirmed VARCHAR(30), joined VARCHAR(30), lang VARCHAR(10), banned INTEGER)',
    );
    await test.old.run(
      `INSERT INTO members VALUES (5, 'a@example.com', 'A', '${HASH}', '2024-02-03 04:05:06', '2020-01-02', 'id_ID', 0), ` +
        `(6, 'b@example.com', 'B', '${HASH}', NULL, '2020-01-02 03:04:05', 'fr', 1), ` +
        `(7, 'c@example.com', 'C', '${HASH}', 'soon', NULL, NULL, 0)`,
    );
    const map =
      'id=nr,email=mail,name=full_name,password=pw,email_verified_at=confirmed,created_at=joined,language=lang,locked_at=banned';
    const { exitCode, stdout } = await test.adopt([
      '--from',
      test.old.from,
      '--table',
      'members',
      '--map',
      map,
      '--yes',
    ]);
    expect([exitCode, numberOf(stdout, 'one of its times cannot be read')]).toEqual([3, 1]);
    const [a, b, ...rest] = await test.users();
    expect(rest).toEqual([]);
    expect(a).toMatchObject({ id: 5, name: 'A', email: 'a@example.com', language: 'id', lockedAt: null });
    expect(a!.emailVerifiedAt).toEqual(new Date('2024-02-03T04:05:06Z'));
    expect(a!.createdAt).toEqual(new Date('2020-01-02T00:00:00Z'));
    expect(b).toMatchObject({ id: 6, language: null, emailVerifiedAt: null });
    expect(b!.lockedAt).toBeInstanceOf(Date);
    expect((await test.api.login('b@example.com', PASSWORD)).status).toBe(403);
  });

  const SECRET = 'pass-w0rd-of-the-source';

  it.each([
    ['a table', ['--from', 'OLD', '--table', 'member'], 'There is no table member. There are: user.\n', 1],
    ['a column', ['--from', 'OLD', '--map', 'name=nick'], 'column nick. There are: id, name, email, password.\n', 1],
    [
      'a server',
      ['--from', `mysql://nobody:${SECRET}@127.0.0.1:1/db`],
      '127.0.0.1:1 cannot be read: nothing listens there (EC',
      1,
    ],
    ['a host', ['--from', `mysql://nobody:${SECRET}@/db`], 'must name user, host and database', 2],
    ['a source that it knows', ['--from', `postgres://nobody:${SECRET}@127.0.0.1/db`], '--from is one of', 2],
    ['a file', ['--from', 'sqlite:no-such.db'], 'no-such.db cannot be read: there is no such file (ENOENT)\n', 1],
    ['a source', [], 'Say where the accounts are', 2],
    ['a field', ['--from', 'OLD', '--map', 'nick=name'], '--map wants FIELD=COLUMN', 2],
    ['a database', ['--from', 'old.csv', '--table', 'user'], 'A CSV or JSON Lines file has no tables: leave', 2],
    ['a table of others', ['--in-place', '--table', 'Users'], 'ALTER TABLE users RENAME TO users_before', 1],
  ])('says what there is when there is not %s', async (_what, args, told, code) => {
    const given = args.map((arg) => (arg === 'OLD' ? test.old.from : arg));
    const { exitCode, stdout, stderr } = await test.adopt([...given, '--yes']);
    expect([exitCode, stdout, stderr]).toEqual([code, '', expect.stringContaining(told)]);
    expect(stderr).not.toMatch(new RegExp(`at .*\\.js|${SECRET}`));
    expect(await test.users()).toEqual([]);
  });

  it('tells a script what came of it, and a person what was found', async () => {
    await test.old.add([
      { id: 3, name: 'A', email: 'a@example.com', password: HASH },
      { id: 4, name: 'B', email: 'A@Example.com', password: 'md5' },
      { id: 5, name: '', email: 'c@example.com', password: '' },
      { id: 6, name: 'D', email: 'nowhere', password: HASH },
    ]);
    const { exitCode, stdout, stderr } = await test.adopt(['--from', test.old.from, '--yes', '--json']);
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('Rows: 4\nHashes of passwords, of the 3 rows that are valid:\n'),
    ]);
    expect(JSON.parse(stdout)).toEqual({
      dry_run: false,
      stopped: false,
      rows: 4,
      hashes: { bcrypt: 1, unknown: 1, none: 1 },
      adopted: 2,
      new_ids: 0,
      named_by_address: 1,
      unknown_hashes: 1,
      already_here: 0,
      other_hashes: 0,
      left_out: { address_not_valid: 1, same_person: 1 },
      report: 'adopt-report.csv',
    });
    const again = await test.adopt(['--from', test.old.from, '--dry-run', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ dry_run: true, adopted: 0, already_here: 2, report: null });
  });

  (PYTHON ? it : it.skip)('asks for the password of the source, which nobody sees, and can be left', async () => {
    const args = ['adopt', '--from', 'mysql://reader@127.0.0.1:1/db', '--yes'];
    const terminal = new Terminal(test.settings, ...args);
    await terminal.answer('Password of reader at 127.0.0.1: ', 'pass-w0rd-of-the-source\r');
    expect(await terminal.exitCode()).toBe(1);
    expect(terminal.screen).toContain('ECONNREFUSED');
    expect(terminal.screen).not.toContain('pass-w0rd');
    const stopped = new Terminal(test.settings, ...args);
    await stopped.answer('Password of reader at 127.0.0.1: ', '\x03');
    expect(await stopped.exitCode()).toBe(130);
  });

  it('makes no tables in a dry run', async () => {
    await test.old.add([{ id: 3, name: 'A', email: 'a@example.com', password: HASH }]);
    const fresh = await createDatabase();
    try {
      const settings = { ...testSettings(fresh), ...test.old.settings };
      const { exitCode, stderr } = await kunci(settings, 'adopt', '--from', test.old.from, '--dry-run');
      const told = ENGINE === 'sqlite' ? `there is no ${settings.DB_PATH}.` : 'a dry run makes none: start Kunci once';
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(told)]);
      if (ENGINE === 'sqlite') expect(existsSync(settings.DB_PATH!)).toBe(false);
      else expect((await kunci(settings, 'doctor')).stdout).toContain('the first start makes the tables');
    } finally {
      await fresh.drop();
    }
  });

  it("takes over a table of Kunci's own database in place, and leaves it as it was", async () => {
    await test.dataSource.query(
      'CREATE TABLE user (id INTEGER PRIMARY KEY, name VARCHAR(150), email VARCHAR(150), password VARCHAR(255))',
    );
    await test.dataSource.query(`INSERT INTO user VALUES (4, 'A', 'a@example.com', '${HASH}')`);
    const { exitCode, stdout } = await test.adopt(['--in-place', '--yes']);
    expect([exitCode, numberOf(stdout, 'adopted')]).toEqual([0, 1]);
    expect((await test.api.login('a@example.com', PASSWORD)).status).toBe(200);
    expect(await test.dataSource.query('SELECT * FROM user')).toEqual([
      { id: 4, name: 'A', email: 'a@example.com', password: HASH },
    ]);
  });
});
