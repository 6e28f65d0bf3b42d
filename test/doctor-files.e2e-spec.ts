import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Libsql from 'libsql';
import { kidOf, kunci, kunciIn } from './support/cli.js';
import { ENGINE } from './support/database.js';
import { diagnose } from './support/doctor.js';

/** What the command line makes of files: `.env`, secrets, and the database where it is one. */
describe('files', () => {
  let folder: string;
  let path: string;
  const SECRET_KEY = randomBytes(48).toString('base64');
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'kunci-files-')));
    path = join(folder, 'kunci.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const embedded = () => ({ DB_TYPE: 'sqlite', DB_PATH: path, SECRET_KEY, MAX_CONNECTIONS: '100' });
  const migrate = () => kidOf(embedded(), 'keys:create', '--alg', 'ES256');
  const snapshot = () => readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]);

  it('named .env: what each line is worth', async () => {
    const lines = ['ACCES_TOKEN_TTL=5m', 'DB_USER=kunci', 'PORT=8081', 'UV_THREADPOOL_SIZE=64', 'COMPOSE_PROFILES=x'];
    writeFileSync(join(folder, '.env'), lines.join('\n'), { mode: 0o644 });
    const { findings, exitCode } = await diagnose({ ...embedded(), PORT: '8082', HOME: '/root' }, folder);
    const told = (check: string) => findings.filter((finding) => finding.check === check);
    expect(told('spelling').map(({ finding, advice }) => [finding.split(' ', 1)[0], advice])).toEqual([
      ['ACCES_TOKEN_TTL', 'If ACCESS_TOKEN_TTL is meant, call it that.'],
      ['DB_USER', 'If DB_USERNAME is meant, call it that.'],
    ]);
    expect(told('env-file')).toMatchObject([
      { level: 'warning', finding: expect.stringContaining('PORT') },
      { level: 'warning', finding: expect.stringContaining('UV_THREADPOOL_SIZE') },
    ]);
    expect(told('secret-files')).toMatchObject([{ level: 'warning', finding: expect.stringContaining('.env') }]);
    expect(exitCode).toBe(0);
  });

  it('named .env: a folder of that name is something else', async () => {
    mkdirSync(join(folder, '.env'));
    expect((await diagnose(embedded(), folder)).exitCode).toBe(0);
  });

  it('named .env: the one that counts is named', async () => {
    const told = async () => (await diagnose(embedded(), folder)).of('settings')?.finding;
    expect(await told()).toBe(`All settings are usable; there is no .env in ${folder}.`);
    writeFileSync(join(folder, '.env'), 'PORT=8081', { mode: 0o600 });
    expect(await told()).toBe(`All settings are usable; ${join(folder, '.env')} counts.`);
  });

  // Not even root can read one that leads to itself.
  it('named .env: one that cannot be read is told in a sentence', async () => {
    symlinkSync('.env', join(folder, '.env'));
    const said = `${join(folder, '.env')} exists but cannot be read (ELOOP)`;
    const listed = await kunciIn(folder, embedded(), 'keys:list');
    expect([listed.exitCode, listed.stderr]).toEqual([1, expect.stringContaining(said)]);
    expect(listed.stderr).not.toMatch(/^ {4}at /m);
    const { of, exitCode } = await diagnose(embedded(), folder);
    expect(of('settings')).toMatchObject({
      level: 'fault',
      finding: `${said}.`,
      advice: expect.stringMatching(/chown/),
    });
    expect([of('env-file'), exitCode]).toEqual([undefined, 1]);
  });

  const byDoctor = () => {
    it.each<Record<string, string>>([{}, { BCRYPT_COST: '99' }, { DB_PATH: 'deep/er/kunci.db' }])(
      'are not made: %j',
      async (settings) => {
        const { exitCode } = await diagnose({ MAX_CONNECTIONS: '100', ...settings }, folder);
        expect(exitCode).toBe('BCRYPT_COST' in settings ? 1 : 0);
        expect(readdirSync(folder)).toEqual([]);
      },
    );

    it('are not changed', async () => {
      await migrate();
      const before = snapshot();
      expect((await diagnose(embedded(), folder)).levels.schema).toBe('ok');
      expect(snapshot()).toEqual(before);
    });

    it('that others can read are found: a secret and the database', async () => {
      const { SECRET_KEY: secret, ...settings } = embedded();
      const file = join(folder, 'secret');
      writeFileSync(file, secret, { mode: 0o600 });
      await migrate();
      expect((await diagnose({ ...settings, SECRET_KEY_FILE: file })).levels).toMatchObject({
        'secret-files': 'ok',
        'database-file': 'ok',
      });
      for (const name of [file, path]) chmodSync(name, 0o644);
      chmodSync(folder, 0o755);
      const { levels, exitCode } = await diagnose({ ...settings, SECRET_KEY_FILE: file });
      expect([levels['secret-files'], levels['database-file'], exitCode]).toEqual(['warning', 'warning', 0]);
    });

    it('that are broken are found', async () => {
      await migrate();
      const db = new Libsql(path);
      db.pragma('journal_mode = DELETE');
      db.exec('PRAGMA writable_schema = ON');
      db.exec("UPDATE sqlite_schema SET rootpage = 99 WHERE name = 'sessions_expires_at'");
      db.close();
      const { of, levels, exitCode } = await diagnose(embedded());
      expect(levels.journal).toBe('warning');
      expect(of('database')).toMatchObject({ level: 'fault', finding: expect.stringContaining('malformed') });
      expect(exitCode).toBe(1);
    });
  };

  const inPlaceOfDatabase: [string, () => string, RegExp][] = [
    ['a folder', () => folder, /it is a folder|is a folder/],
    ['below a file', () => join(folder, 'file', 'kunci.db'), /DB_PATH/],
    ['no database', () => join(folder, 'file'), /not an SQLite database/],
  ];

  const byOthers = () => {
    it.each(inPlaceOfDatabase)(
      'in the place of the database are told in a sentence: %s',
      async (_what, place, said) => {
        writeFileSync(join(folder, 'file'), 'no database, but longer than the header of one'.repeat(20));
        const settings = { ...embedded(), DB_PATH: place() };
        const listed = await kunci(settings, 'keys:list');
        expect(listed.exitCode).toBe(1);
        expect(listed.stderr).toMatch(said);
        expect(listed.stderr).not.toMatch(/^ {4}at /m);
        const { of, exitCode } = await diagnose(settings);
        expect([of('database')?.level, exitCode]).toEqual(['fault', 1]);
      },
    );
  };

  // What an engine does not have is not a test that was left out.
  if (ENGINE === 'sqlite') {
    describe('and kunci doctor', byDoctor);
    describe('that are something else', byOthers);
  }
});
