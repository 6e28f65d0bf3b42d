import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Libsql from 'libsql';
import { type AdoptionTest, numbersOf, startAdoptionTest } from './support/adoption.js';
import { ENGINE } from './support/database.js';
import { HASH_VECTORS } from './support/hash-vectors.js';

const { hash: HASH } = HASH_VECTORS.find(({ kind }) => kind === 'bcrypt')!;

describe(`kunci adopt, of SQLite files (${ENGINE})`, () => {
  let test: AdoptionTest;
  beforeEach(async () => {
    test = await startAdoptionTest();
  });
  afterEach(() => test.stop());

  const adopt = (...args: string[]) => test.adopt([...args, '--yes']);
  const readReport = () => readFileSync(join(test.folder, 'adopt-report.csv'), 'utf8').split('\r\n').slice(1, -1);

  it('leaves a row out whose text is no UTF-8, and takes along one that is very long', async () => {
    const db = new Libsql(join(test.folder, 'app.db'));
    db.exec('CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT, email TEXT, password TEXT)');
    const long = `'${'é'.repeat(5_000)}'`;
    db.exec(
      `INSERT INTO user VALUES (1, CAST(x'4a6f73e9' AS TEXT), 'a@example.com', '${HASH}'), ` +
        `(2, 'Añi', 'b@example.com', ${long}), (3, ${long}, 'c@example.com', '${HASH}'), (4, 7, 'd@example.com', '${HASH}')`,
    );
    db.close();
    const { exitCode, stdout } = await adopt('--from', 'sqlite:app.db');
    expect([exitCode, numbersOf(stdout)]).toEqual([3, [2, 0, 2]]);
    expect(readReport()).toEqual([
      '"1","1","a@example.com","its name is not text"',
      '"3","3","c@example.com","its name is longer than 150 characters"',
    ]);
    expect((await test.users()).map(({ id, name, passwordHash }) => [id, name, passwordHash])).toEqual([
      [2, 'Añi', '!'],
      [4, '7', HASH],
    ]);
  });

  it('reads an SQLite file in WAL mode that another program has open, and one that nobody has', async () => {
    const path = join(test.folder, 'app.db');
    const db = new Libsql(path);
    db.pragma('journal_mode = WAL');
    db.exec('CREATE TABLE user (id TEXT PRIMARY KEY, name TEXT, email TEXT, password TEXT)');
    db.exec(`INSERT INTO user VALUES ('a', 'A', 'a@example.com', '${HASH}'), (NULL, 'N', 'n@example.com', '${HASH}')`);
    expect(numbersOf((await adopt('--from', 'sqlite:app.db')).stdout)).toEqual([2, 0, 0]);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    for (const log of ['-wal', '-shm']) rmSync(`${path}${log}`);
    const before = readFileSync(path);
    expect(numbersOf((await adopt('--from', 'sqlite:app.db')).stdout)).toEqual([0, 2, 0]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('reads an SQLite table without row numbers by its keys', async () => {
    const db = new Libsql(join(test.folder, 'app.db'));
    db.exec(
      'CREATE TABLE user (realm TEXT, id INT, name TEXT, email TEXT, password TEXT, PRIMARY KEY (realm, id)) WITHOUT ROWID',
    );
    for (const realm of ['a', 'b']) {
      const rows = Array.from({ length: 1_500 }, (_, i) => `('${realm}', ${i}, 'P', '${realm}.${i}@example.com', 'x')`);
      db.exec(`INSERT INTO user VALUES ${rows.join(', ')}`);
    }
    db.exec('CREATE VIEW people AS SELECT * FROM user');
    db.close();
    expect(numbersOf((await adopt('--from', 'sqlite:app.db')).stdout)).toEqual([3_000, 0, 0]);
    expect(await test.users()).toHaveLength(3_000);
    const { exitCode, stderr } = await adopt('--from', 'sqlite:app.db', '--table', 'people');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('people has no primary key')]);
  });

  it('reads flags of one byte, and files in UTF-16', async () => {
    for (const [file, id, encoding] of [
      ['narrow.db', 1, 'UTF-8'],
      ['wide.db', 2, 'UTF-16le'],
    ] as const) {
      const db = new Libsql(join(test.folder, file));
      db.pragma(`encoding = '${encoding}'`);
      db.exec('CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT, email TEXT, password TEXT, banned BLOB)');
      db.exec(`INSERT INTO user VALUES (${id}, 'Añi', '${id}@example.com', '${HASH}', x'0${id - 1}')`);
      db.close();
      const { exitCode } = await adopt('--from', `sqlite:${file}`, '--map', 'locked_at=banned');
      expect([file, exitCode]).toEqual([file, 0]);
    }
    const users = await test.users();
    expect(users.map(({ id, name, email, lockedAt }) => [id, name, email, lockedAt !== null])).toEqual([
      [1, 'Añi', '1@example.com', false],
      [2, 'Añi', '2@example.com', true],
    ]);
  });
});
