import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AdoptionTest, numberOf, numbersOf, startAdoptionTest } from './support/adoption.js';
import { auditEvents, wordsOf, written } from './support/audit.js';
import { ENGINE } from './support/database.js';
import { HASH_VECTORS } from './support/hash-vectors.js';

const OF_WERKZEUG = HASH_VECTORS.filter(({ kind }) => kind.startsWith('werkzeug'));
const HASH = OF_WERKZEUG[0]!.hash;

describe(`kunci adopt, of the original's database (${ENGINE})`, () => {
  let test: AdoptionTest;
  beforeEach(async () => {
    test = await startAdoptionTest();
  });
  afterEach(() => test.stop());

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
    await test.old.add(everybody);
    const before = await test.old.fingerprint();
    const { exitCode, stdout, stderr } = await test.adopt(['--from', test.old.from, '--yes']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Columns: id, name, email, password\n');
    expect(stdout).toContain(`Rows: ${everybody.length}\n`);
    expect(stdout).toMatch(/^ +\d+ {2}werkzeug-pbkdf2$/m);
    expect(stdout).toMatch(/^ +\d+ {2}werkzeug-scrypt$/m);
    expect(numberOf(stdout, 'adopted')).toBe(everybody.length);

    expect(await test.users()).toEqual(
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
    expect(await test.old.fingerprint()).toBe(before);
    const ana = await test.api.person();
    expect((await test.users()).at(-1)).toMatchObject({ id: everybody.at(-1)!.id + 1, email: ana.email });
    expect(wordsOf(await auditEvents(test.dataSource).findBy({ event: 'user_created' }))).toEqual(
      expect.arrayContaining([
        ['user_created', `adoption begins: ${everybody.length} rows`],
        ['user_created', `adoption ends: ${everybody.length} adopted, 0 already here, 0 left out`],
      ]),
    );
  });

  it('reports every row that stays behind, and loses none', async () => {
    const [first, ...others] = people(5);
    await test.old.add([
      first!,
      ...others,
      { id: 21, name: 'Same', email: 'PERSON.1@example.COM', password: HASH },
      { id: 22, name: 'No address', email: '=cmd|x', password: HASH },
      { id: 23, name: 'Wide', email: 'ｗide@example.com', password: HASH },
      { id: 24, name: ' \t ', email: 'nameless@example.com', password: 'md5:unknown' },
      { id: 25, name: 'Tab\tName', email: ' blank@example.com ', password: '' },
      { id: 40, name: 'To be mended', email: 'later', password: HASH },
    ]);
    const before = await test.old.fingerprint();
    const { exitCode, stdout, stderr } = await test.adopt(['--from', test.old.from, '--yes']);
    expect([exitCode, stderr]).toEqual([3, '']);
    expect(numbersOf(stdout)).toEqual([7, 0, 4]);
    expect(stdout).toContain('\nWith a hash of no known kind, or none: 2.');
    expect(stdout).toContain('Without a name, and called by what stands before their @: 1.');
    const byId = new Map((await test.users()).map((user) => [user.id, user]));
    expect([...byId.keys()]).toEqual([1, 2, 3, 4, 5, 24, 25]);
    expect(byId.get(24)).toMatchObject({ name: 'nameless', passwordHash: 'md5:unknown' });
    expect(byId.get(25)).toMatchObject({ name: 'Tab Name', email: 'blank@example.com', passwordHash: '!' });
    const report = join(test.folder, 'adopt-report.csv');
    expect(statSync(report).mode & 0o777).toBe(0o600);
    expect(readFileSync(report, 'utf8').split('\r\n').sort()).toEqual(
      [
        '',
        '"position","id","email","note"',
        '"21","21","PERSON.1@example.COM","its address is that of another row: 1"',
        '"22","22","\'=cmd|x","its address is not valid"',
        '"23","23","ｗide@example.com","its address is not valid"',
        '"40","40","later","its address is not valid"',
      ].sort(),
    );
    expect(await test.old.fingerprint()).toBe(before);
    // The row may be mended: nobody gets its id meanwhile.
    await test.api.person();
    expect((await test.users()).at(-1)!.id).toBe(41);
  });

  it('changes nothing when it is run again, whatever people did since', async () => {
    await test.old.add(people(4));
    await test.adopt(['--from', test.old.from, '--yes']);
    await test.api.login('person.2@example.com', OF_WERKZEUG[0]!.password);
    const before = await test.users();
    const { exitCode, stdout } = await test.adopt(['--from', test.old.from, '--yes']);
    expect(exitCode).toBe(0);
    expect([numberOf(stdout, 'adopted'), numberOf(stdout, 'already here')]).toEqual([0, 4]);
    expect(stdout).toContain('1 of those already here have another hash than the source.');
    expect(await test.users()).toEqual(before);
    await test.old.add(people(1, 9));
    expect(numberOf((await test.adopt(['--from', test.old.from, '--yes'])).stdout, 'adopted')).toBe(1);
    expect((await test.users()).map(({ id }) => id)).toEqual([1, 2, 3, 4, 9]);
  });

  it('gives a new id to who finds theirs taken, and leaves accounts that are here as they are', async () => {
    const ana = await test.api.register({ name: 'Ana', email: 'person.3@example.com', password: 'correct horse 9' });
    const ben = await test.api.register({ name: 'Ben', email: 'ben@example.com', password: 'correct horse 9' });
    expect([ana.status, ben.status]).toEqual([201, 201]);
    await test.old.add(people(4));
    const { exitCode, stdout } = await test.adopt([
      '--from',
      test.old.from,
      '--yes',
      '--report',
      join(test.folder, 'r.csv'),
    ]);
    expect(exitCode).toBe(3);
    expect(numberOf(stdout, 'adopted')).toBe(3);
    expect(stdout).toContain('With a new id, because the source has none to keep or it is not free: 2.');
    const report = readFileSync(join(test.folder, 'r.csv'), 'utf8');
    expect(report).toMatch(/^"1","1","Person\.1@Example\.com","its account has a new id: \d+"\r$/m);
    expect(report).toContain(
      '"3","3","Person.3@Example.com","its address has an account here, which registered itself or came along under another id: 1"',
    );
    const all = await test.users();
    expect(all.map(({ name }) => name)).toEqual(['Ana', 'Ben', 'Person 4', 'Person 1', 'Person 2']);
    expect(all.map(({ id }) => id).slice(0, 3)).toEqual([1, 2, 4]);
    expect(Math.min(...all.slice(3).map(({ id }) => id))).toBeGreaterThan(4);
    const again = await test.adopt(['--from', test.old.from, '--yes']);
    expect([numberOf(again.stdout, 'adopted'), numberOf(again.stdout, 'already here')]).toEqual([0, 3]);
  });

  it('gives nobody the id of an account that is gone, of which something is still told', async () => {
    const ana = await test.api.signedIn();
    await test.api.as(ana.token, 'DELETE', '/api/user-info', { password: ana.password });
    await written(test.dataSource, 3);
    await test.old.add(people(2));
    const { stdout } = await test.adopt(['--from', test.old.from, '--yes']);
    expect(stdout).toContain('With a new id, because the source has none to keep or it is not free: 1.');
    expect((await test.users()).map(({ id, name }) => [id, name])).toEqual([
      [2, 'Person 2'],
      [3, 'Person 1'],
    ]);
  });

  it('says what would happen in a dry run, and writes nothing', async () => {
    await test.api.register({ name: 'Ana', email: 'person.3@example.com', password: 'correct horse 9' });
    await test.old.add(people(2_500));
    const before = await test.users();
    const { exitCode, stdout } = await test.adopt(['--from', test.old.from, '--dry-run']);
    expect(exitCode).toBe(3);
    const numbers = ['would be adopted', 'already here', 'left out'].map((what) => numberOf(stdout, what));
    expect(numbers).toEqual([2_499, 0, 1]);
    expect(await test.users()).toEqual(before);
    await test.api.person();
    expect((await test.users()).at(-1)!.id).toBe(before.at(-1)!.id + 1);
    expect(await auditEvents(test.dataSource).findBy({ detail: 'adoption begins: 2500 rows' })).toEqual([]);
  });

  it('asks first, and takes nothing but a yes for one', async () => {
    await test.old.add(people(2));
    for (const answer of ['', 'n\n', 'maybe\n', '\n']) {
      const { exitCode, stdout, stderr } = await test.adopt(['--from', test.old.from], answer);
      expect([answer, exitCode, stdout]).toEqual([answer, 1, expect.stringContaining('Rows: 2\n')]);
      expect(stderr).toContain('Adopt up to 2 accounts into ');
      expect(stderr).toContain('Nothing was changed.');
    }
    expect(await test.users()).toEqual([]);
    expect((await test.adopt(['--from', test.old.from], 'y\n')).exitCode).toBe(0);
    expect(await test.users()).toHaveLength(2);
  });
});
