import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faultsOf, faultyNames, keyOf, MYSQL, SECRET_KEY, SERVER } from '../../test/support/settings.js';
import { readSettings } from './env.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kunci-env-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('readSettings', () => {
  describe.each([
    ['sqlite by default', {}],
    ['sqlite', { DB_TYPE: 'sqlite' }],
    ['mysql', { ...SERVER, DB_TYPE: 'mysql' }],
    ['mariadb', { ...SERVER, DB_TYPE: 'mariadb' }],
  ])('SECRET_KEY with %s', (_engine, engine: NodeJS.ProcessEnv) => {
    it.each([
      ['anything long and varied', SECRET_KEY],
      ['exactly 32 bytes', '0123456789abcdefghijklmnopqrstuv'],
      ['32 bytes that are fewer characters', 'äöüßéèêáàâíìîóòô'],
      ['base64 of random bytes', 'q9V0m3cXk1pZrT7uYw2sB5nD8fG4hJ6lA0oE+iI/xCvNbMQWeRtYuPaSdFgHjKlZ'],
    ])('may be %s', (_what, secret) => {
      expect(keyOf(readSettings({ ...engine, SECRET_KEY: secret }))).toBe(secret);
    });

    it.each([
      ['shorter than 32 bytes', 'a', /must be 32 bytes or longer.*openssl rand/],
      ['one byte too short', '0123456789abcdef0123456789abcde', /must be 32 bytes or longer.*openssl rand/],
      ['one character again and again', 'x'.repeat(64), /easy to guess.*openssl rand/],
      ['a few characters again and again', '123456789'.repeat(8), /easy to guess.*openssl rand/],
      ['a unit of 16 again', '0123456789abcdef'.repeat(2), /easy to guess.*openssl rand/],
      ['blank', ' '.repeat(40), /easy to guess.*openssl rand/],
      ['a placeholder: change me', 'please-change-me-before-the-first-start', /placeholder.*openssl rand/],
      ['a placeholder: CHANGE_THIS', 'CHANGE_THIS_TO_A_LONG_RANDOM_STRING_01', /placeholder.*openssl rand/],
      ['a placeholder: changeit', 'changeit-0123456789-abcdefghijklmnop', /placeholder.*openssl rand/],
      ['a placeholder: replace', 'replace-with-the-output-of-openssl-rand', /placeholder.*openssl rand/],
      ['a placeholder: your 256 bits', 'your-256-bit-secret-0123456789abcdef', /placeholder.*openssl rand/],
      ['a placeholder: your own secret', 'your_own_secret_0123456789_abcdefghij', /placeholder.*openssl rand/],
      ['a placeholder: secret key here', 'put-the-secret-key-here-0123456789abc', /placeholder.*openssl rand/],
      ['a placeholder: the words of the README', 'the output of: openssl rand -base64 48', /placeholder.*openssl rand/],
      ['a placeholder: example', 'an-example-of-a-key-0123456789abcdefg', /placeholder.*openssl rand/],
    ])('is refused if it is %s', (_what, secret, fault) => {
      const faults = faultsOf({ ...engine, SECRET_KEY: secret });
      expect(faults).toEqual([expect.stringMatching(/^SECRET_KEY /)]);
      expect(faults[0]).toMatch(fault);
    });
  });

  describe('SECRET_KEY left out', () => {
    it.each(['mysql', 'mariadb'])('is a fault with %s, because several processes must share it', (type) => {
      expect(faultsOf({ ...SERVER, DB_TYPE: type })).toEqual([
        expect.stringMatching(/^SECRET_KEY is required: .*openssl/),
      ]);
    });

    it('is made up for by a file beside the embedded database', () => {
      const variables = { DB_PATH: join(folder, 'made', 'kunci.db') };
      const secret = keyOf(readSettings(variables));
      expect(readFileSync(join(folder, 'made', 'secret.key'), 'utf8').trim()).toBe(secret);
      expect(keyOf(readSettings(variables))).toBe(secret);
    });

    it('is not made up for beside a database that another one was used with, unless that one is named', () => {
      const database = fileWith('old.db', 'rows');
      rmSync(join(folder, 'secret.key'), { force: true });
      expect(faultsOf({ DB_PATH: database })).toEqual([
        expect.stringMatching(/^SECRET_KEY is required: .*old\.db was made with one/),
      ]);
      expect(existsSync(join(folder, 'secret.key'))).toBe(false);
      const previous = 'k9Jf03mVbPzQ7rT2yXw5LcEuHs8DnAgG';
      expect(keyOf(readSettings({ DB_PATH: database, SECRET_KEY_PREVIOUS: previous }))).toHaveLength(64);
      rmSync(join(folder, 'secret.key'));
    });

    it('is never an empty or damaged file', () => {
      for (const content of ['', 'short']) {
        fileWith('secret.key', content);
        expect(faultyNames({ DB_PATH: join(folder, 'kunci.db') })).toEqual(['SECRET_KEY']);
      }
      rmSync(join(folder, 'secret.key'));
    });

    it.each([
      ['DB_MIGRATE', 'perhaps'],
      ['LOG_LEVEL', 'loud'],
      ['SECRET_KEY_PREVIOUS', 'short'],
    ])('writes no file while there is a fault, as in %s', (name, value) => {
      expect(faultyNames({ DB_PATH: join(folder, 'unmade', 'kunci.db'), [name]: value })).toEqual([name]);
      expect(existsSync(join(folder, 'unmade'))).toBe(false);
    });
  });

  describe('a secret in a file', () => {
    it('is read without the line end', () => {
      const variables = {
        ...SERVER,
        SECRET_KEY_FILE: fileWith('secret', `${SECRET_KEY}\n`),
        DB_PASSWORD_FILE: fileWith('password', 'p#ss word\r\n'),
      };
      const settings = readSettings(variables);
      expect(keyOf(settings)).toBe(SECRET_KEY);
      expect(settings.database).toMatchObject({ password: 'p#ss word' });
    });

    it('wins over the variable of the same secret', () => {
      const variables = {
        ...MYSQL,
        DB_PASSWORD: 'from the variable',
        DB_PASSWORD_FILE: fileWith('wins', 'from the file'),
      };
      expect(readSettings(variables).database).toMatchObject({ password: 'from the file' });
    });

    it('has to be as good as one in a variable', () => {
      expect(faultyNames({ SECRET_KEY_FILE: fileWith('short', 'hunter2\n') })).toEqual(['SECRET_KEY']);
    });

    it('is a fault if the file is missing', () => {
      const missing = join(folder, 'missing');
      expect(faultsOf({ SECRET_KEY_FILE: missing })).toEqual(['SECRET_KEY_FILE names a file that cannot be read']);
      expect(faultyNames({ ...MYSQL, DB_PASSWORD_FILE: missing })).toEqual(['DB_PASSWORD_FILE']);
    });

    it('is a fault if the file is empty, and no other secret takes its place', () => {
      const empty = fileWith('empty', '\n');
      expect(faultsOf({ SECRET_KEY_FILE: empty })).toEqual(['SECRET_KEY_FILE names an empty file']);
      expect(faultsOf({ ...SERVER, SECRET_KEY_FILE: empty })).toEqual(['SECRET_KEY_FILE names an empty file']);
    });

    it('is a fault if the file is a folder', () => {
      expect(faultyNames({ ...MYSQL, DB_PASSWORD_FILE: folder })).toEqual(['DB_PASSWORD_FILE']);
    });
  });
});
