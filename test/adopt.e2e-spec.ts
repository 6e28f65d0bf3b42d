import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { User } from '../src/users/user.entity.js';
import { createOldDatabase, numberOf, type OldDatabase, startAdopt } from './support/adoption.js';
import { startApp, type TestApp, testSettings } from './support/app.js';
import { auditEvents, wordsOf } from './support/audit.js';
import { ENGINE } from './support/database.js';
import { HASH_VECTORS } from './support/hash-vectors.js';

const OF_WERKZEUG = HASH_VECTORS.filter(({ kind }) => kind.startsWith('werkzeug'));
const HASH = OF_WERKZEUG[0]!.hash;

describe(`kunci adopt, of the original's database (${ENGINE})`, () => {
  let test: TestApp;
  let old: OldDatabase;
  let folder: string;
  beforeEach(async () => {
    test = await startApp();
    old = await createOldDatabase();
    folder = mkdtempSync(join(tmpdir(), 'kunci-adopt-'));
  });
  afterEach(async () => {
    await test.stop();
    await old.drop();
    rmSync(folder, { recursive: true });
  });

  const users = () => test.dataSource.getRepository<User>('User').find({ order: { id: 'ASC' } });
  const adopt = (args: string[], input = '') =>
    startAdopt({ ...testSettings(test.database), ...old.settings }, args, input, folder).ended;
  const people = (count: number, firstId = 1) =>
    Array.from({ length: count }, (_, i) => ({
      id: firstId + i,
      name: `Person ${firstId + i}`,
      email: `Person.${firstId + i}@Example.com`,
      password: HASH,
    }));

  it('lets everybody in with the password and id they had, while the server runs', async () => {
    const everybody = OF_WERKZEUG.map(({ hash, kind }, i) => ({
      id: 7 + i * 3,
      name: `Añi ${kind} 🔑`,
      email: `Person.${i}@Example.com`,
      password: hash,
    }));
    await old.add(everybody);
    const before = await old.fingerprint();
    const { exitCode, stdout, stderr } = await adopt(['--from', old.from, '--yes']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Columns: id, name, email, password\n');
    expect(stdout).toContain(`Rows: ${everybody.length}\n`);
    expect(stdout).toMatch(/^ +\d+ {2}werkzeug-pbkdf2$/m);
    expect(stdout).toMatch(/^ +\d+ {2}werkzeug-scrypt$/m);
    expect(numberOf(stdout, 'adopted')).toBe(everybody.length);

    expect(await users()).toEqual(
      everybody.map(({ id, name, email, password }) =>
        expect.objectContaining({
          id,
          name,
          email,
          emailCanonical: email.toLowerCase(),
          passwordHash: password,
          emailVerifiedAt: null,
          lockedAt: null,
          passwordVersion: 1,
        }),
      ),
    );
    for (const [i, { email }] of everybody.entries()) {
      const { password, wrongPassword } = OF_WERKZEUG[i]!;
      expect([email, (await test.api.login(email, wrongPassword)).status]).toEqual([email, 401]);
      expect([email, (await test.api.login(email.toUpperCase(), password)).status]).toEqual([email, 200]);
    }
    expect(await old.fingerprint()).toBe(before);
    const ana = await test.api.person();
    expect((await users()).at(-1)).toMatchObject({ id: everybody.at(-1)!.id + 1, email: ana.email });
    expect(wordsOf(await auditEvents(test.dataSource).findBy({ event: 'user_created' }))).toEqual(
      expect.arrayContaining([
        ['user_created', `adoption begins: ${everybody.length} rows`],
        ['user_created', `adoption ends: ${everybody.length} adopted, 0 already here, 0 left out`],
      ]),
    );
  });

  it('reports every row that stays behind, and loses none', async () => {
    const [first, ...others] = people(5);
    await old.add([
      first!,
      ...others,
      { id: 21, name: 'Same', email: 'PERSON.1@example.COM', password: HASH },
      { id: 22, name: 'No address', email: '=cmd|x', password: HASH },
      { id: 23, name: 'Wide', email: 'ｗide@example.com', password: HASH },
      { id: 24, name: ' \t ', email: 'nameless@example.com', password: 'md5:unknown' },
      { id: 25, name: 'Tab\tName', email: ' blank@example.com ', password: '' },
    ]);
    const before = await old.fingerprint();
    const { exitCode, stdout, stderr } = await adopt(['--from', old.from, '--yes']);
    expect([exitCode, stderr]).toEqual([3, '']);
    const [adopted, here, left] = ['adopted', 'already here', 'left out'].map((what) => numberOf(stdout, what));
    expect([adopted, here, left]).toEqual([7, 0, 3]);
    expect(stdout).toContain('\n2 have a hash of no known kind, or none');
    expect(stdout).toContain('Without a name, and called by what stands before their @: 1.');
    const byId = new Map((await users()).map((user) => [user.id, user]));
    expect([...byId.keys()]).toEqual([1, 2, 3, 4, 5, 24, 25]);
    expect(byId.get(24)).toMatchObject({ name: 'nameless', passwordHash: 'md5:unknown' });
    expect(byId.get(25)).toMatchObject({ name: 'Tab Name', email: 'blank@example.com', passwordHash: '!' });
    const report = join(folder, 'adopt-left-out.csv');
    expect(statSync(report).mode & 0o777).toBe(0o600);
    expect(readFileSync(report, 'utf8').split('\r\n').sort()).toEqual(
      [
        '',
        '"position","id","email","reason"',
        '"21","21","PERSON.1@example.COM","its address is that of another row: 1"',
        '"22","22","\'=cmd|x","its address is not valid"',
        '"23","23","ｗide@example.com","its address is not valid"',
      ].sort(),
    );
    expect(await old.fingerprint()).toBe(before);
  });

  it('changes nothing when it is run again, whatever people did since', async () => {
    await old.add(people(4));
    await adopt(['--from', old.from, '--yes']);
    await test.api.login('person.2@example.com', OF_WERKZEUG[0]!.password);
    const before = await users();
    const { exitCode, stdout } = await adopt(['--from', old.from, '--yes']);
    expect(exitCode).toBe(0);
    expect([numberOf(stdout, 'adopted'), numberOf(stdout, 'already here')]).toEqual([0, 4]);
    expect(stdout).toContain('1 of those already here have another hash than the source.');
    expect(await users()).toEqual(before);
    await old.add(people(1, 9));
    expect(numberOf((await adopt(['--from', old.from, '--yes'])).stdout, 'adopted')).toBe(1);
    expect((await users()).map(({ id }) => id)).toEqual([1, 2, 3, 4, 9]);
  });

  it('gives a new id to who finds theirs taken, and leaves accounts that are here as they are', async () => {
    const ana = await test.api.register({ name: 'Ana', email: 'person.3@example.com', password: 'correct horse 9' });
    const ben = await test.api.register({ name: 'Ben', email: 'ben@example.com', password: 'correct horse 9' });
    expect([ana.status, ben.status]).toEqual([201, 201]);
    await old.add(people(4));
    const { exitCode, stdout } = await adopt(['--from', old.from, '--yes', '--report', join(folder, 'r.csv')]);
    expect(exitCode).toBe(3);
    expect(numberOf(stdout, 'adopted')).toBe(3);
    expect(stdout).toContain('With a new id, because theirs was not free or none to keep: 2.');
    expect(readFileSync(join(folder, 'r.csv'), 'utf8')).toContain(
      '"3","3","Person.3@Example.com","its address has another account here: 1"',
    );
    const all = await users();
    expect(all.map(({ name }) => name)).toEqual(['Ana', 'Ben', 'Person 4', 'Person 1', 'Person 2']);
    expect(all.map(({ id }) => id).slice(0, 3)).toEqual([1, 2, 4]);
    expect(Math.min(...all.slice(3).map(({ id }) => id))).toBeGreaterThan(4);
    const again = await adopt(['--from', old.from, '--yes']);
    expect([numberOf(again.stdout, 'adopted'), numberOf(again.stdout, 'already here')]).toEqual([0, 3]);
  });

  it('says what would happen in a dry run, and writes nothing', async () => {
    await test.api.register({ name: 'Ana', email: 'person.3@example.com', password: 'correct horse 9' });
    await old.add(people(2_500));
    const before = await users();
    const { exitCode, stdout } = await adopt(['--from', old.from, '--dry-run']);
    expect(exitCode).toBe(3);
    const numbers = ['would be adopted', 'already here', 'left out'].map((what) => numberOf(stdout, what));
    expect(numbers).toEqual([2_499, 0, 1]);
    expect(await users()).toEqual(before);
    await test.api.person();
    expect((await users()).at(-1)!.id).toBe(before.at(-1)!.id + 1);
    expect(await auditEvents(test.dataSource).findBy({ detail: 'adoption begins: 2500 rows' })).toEqual([]);
  });

  it('asks first, and takes nothing but a yes for one', async () => {
    await old.add(people(2));
    for (const answer of ['', 'n\n', 'maybe\n', '\n']) {
      const { exitCode, stdout, stderr } = await adopt(['--from', old.from], answer);
      expect([answer, exitCode, stdout]).toEqual([answer, 1, expect.stringContaining('Rows: 2\n')]);
      expect(stderr).toContain('Adopt 2 accounts into ');
      expect(stderr).toContain('Nothing was changed.');
    }
    expect(await users()).toEqual([]);
    expect((await adopt(['--from', old.from], 'y\n')).exitCode).toBe(0);
    expect(await users()).toHaveLength(2);
  });

  it('takes along what the map names', async () => {
    await old.run(
      'CREATE TABLE members (nr INTEGER PRIMARY KEY, mail VARCHAR(150), full_name VARCHAR(150), pw VARCHAR(255), ' +
        'confirmed VARCHAR(30), joined VARCHAR(30), lang VARCHAR(10), banned INTEGER)',
    );
    await old.run(
      `INSERT INTO members VALUES (5, 'a@example.com', 'A', '${HASH}', '2024-02-03 04:05:06', '2020-01-02', 'id_ID', 0), ` +
        `(6, 'b@example.com', 'B', '${HASH}', NULL, '2020-01-02 03:04:05', 'fr', 1), ` +
        `(7, 'c@example.com', 'C', '${HASH}', 'soon', NULL, NULL, 0)`,
    );
    const map =
      'id=nr,email=mail,name=full_name,password=pw,email_verified_at=confirmed,created_at=joined,language=lang,locked_at=banned';
    const { exitCode, stdout } = await adopt(['--from', old.from, '--table', 'members', '--map', map, '--yes']);
    expect([exitCode, numberOf(stdout, 'one of its times cannot be read')]).toEqual([3, 1]);
    const [a, b, ...rest] = await users();
    expect(rest).toEqual([]);
    expect(a).toMatchObject({ id: 5, name: 'A', email: 'a@example.com', language: 'id', lockedAt: null });
    expect(a!.emailVerifiedAt).toEqual(new Date('2024-02-03T04:05:06Z'));
    expect(a!.createdAt).toEqual(new Date('2020-01-02T00:00:00Z'));
    expect(b).toMatchObject({ id: 6, language: null, emailVerifiedAt: null });
    expect(b!.lockedAt).toBeInstanceOf(Date);
    expect((await test.api.login('b@example.com', OF_WERKZEUG[0]!.password)).status).toBe(403);
  });

  it('says what there is when something is not', async () => {
    const secret = 'pass-w0rd-of-the-source';
    const told = async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await adopt([...args, '--yes']);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).not.toMatch(new RegExp(`at .*\\.js|${secret}`));
      return stderr;
    };
    expect(await told('--from', old.from, '--table', 'member')).toContain(
      'There is no table member. There are: user.\n',
    );
    expect(await told('--from', old.from, '--map', 'name=nick')).toContain(
      'There is no column nick. There are: id, name, email, password.\n',
    );
    expect(await told('--from', `mysql://nobody:${secret}@127.0.0.1:1/db`)).toContain('ECONNREFUSED');
    expect(await told('--from', `mysql://nobody:${secret}@/db`)).toContain('must name user, host and database');
    expect(await told('--from', `postgres://nobody:${secret}@127.0.0.1/db`)).toContain('--from is one of');
    expect(await told('--from', 'sqlite:no-such.db')).toContain('ENOENT');
    expect(await told()).toContain('Say where the accounts are');
    expect(await told('--in-place', '--table', 'Users')).toContain('ALTER TABLE users RENAME TO users_before');
    expect(await users()).toEqual([]);
  });

  it("takes over a table of Kunci's own database in place, and leaves it as it was", async () => {
    await test.dataSource.query(
      'CREATE TABLE user (id INTEGER PRIMARY KEY, name VARCHAR(150), email VARCHAR(150), password VARCHAR(255))',
    );
    await test.dataSource.query(`INSERT INTO user VALUES (4, 'A', 'a@example.com', '${HASH}')`);
    const { exitCode, stdout } = await adopt(['--in-place', '--yes']);
    expect([exitCode, numberOf(stdout, 'adopted')]).toEqual([0, 1]);
    expect((await test.api.login('a@example.com', OF_WERKZEUG[0]!.password)).status).toBe(200);
    expect(await test.dataSource.query('SELECT * FROM user')).toEqual([
      { id: 4, name: 'A', email: 'a@example.com', password: HASH },
    ]);
  });
});
