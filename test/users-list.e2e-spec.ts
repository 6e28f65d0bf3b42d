import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { User } from '../src/users/user.entity.js';
import { startApp, type TestApp, testSettings } from './support/app.js';
import { CLI, kunci } from './support/cli.js';
import { ENGINE } from './support/database.js';
import { environmentOf } from './support/environment.js';

const MANY = 5_000;
const HASH = '$bcrypt-sha256$v=2,t=2b,r=12$xxx';

interface Listed {
  id: number;
  email: string;
  locked_at: string | null;
  role: string;
}

describe(`kunci users:list (${ENGINE})`, () => {
  let test: TestApp;
  let settings: Record<string, string>;
  beforeAll(async () => {
    test = await startApp();
    settings = testSettings(test.database);
    const users = test.dataSource.getRepository<User>('User');
    const rows = Array.from({ length: MANY }, (_, i) => {
      const email = `person-${i + 1}@example.com`;
      const state = {
        emailVerifiedAt: i % 2 === 0 ? new Date() : null,
        lockedAt: i % 1000 === 999 ? new Date() : null,
      };
      return { name: `Person ${i + 1}`, email, emailCanonical: email, passwordHash: HASH, ...state };
    });
    for (let from = 0; from < MANY; from += 500) await users.insert(rows.slice(from, from + 500));
    await users.update({ email: 'person-4711@example.com' }, { role: 'admin' });
    await users.update({ email: 'person-2@example.com' }, { name: 'Eve\u001b[2J\u202e\u009b' });
  });
  afterAll(() => test.stop());

  async function list(...args: string[]): Promise<Listed[]> {
    const { exitCode, stdout, stderr } = await kunci(settings, 'users:list', '--json', ...args);
    expect([exitCode, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Listed);
  }
  const idsOf = (users: Listed[]) => users.map(({ id }) => id);

  it('shows every account once, in the order of the ids, without a hash', async () => {
    const { stdout } = await kunci(settings, 'users:list', '--json');
    expect(stdout).not.toMatch(/hash|bcrypt/);
    const all = idsOf(await list());
    expect(all).toHaveLength(MANY);
    expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
  });

  it('is read page by page, each after the last one of the page before', async () => {
    const all = idsOf(await list());
    const first = idsOf(await list('--limit', '501'));
    expect(first).toEqual(all.slice(0, 501));
    const second = idsOf(await list('--limit', '3', '--after', String(first.at(-1))));
    expect(second).toEqual(all.slice(501, 504));
    expect(await list('--after', String(all.at(-1)))).toEqual([]);
  });

  it('finds those that are locked, not verified, or of a role', async () => {
    const locked = await list('--locked');
    expect(locked.map(({ email }) => email)).toEqual(
      [1000, 2000, 3000, 4000, 5000].map((i) => `person-${i}@example.com`),
    );
    expect(await list('--unverified')).toHaveLength(MANY / 2);
    expect(await list('--locked', '--unverified', '--limit', '2', '--after', String(locked[0]?.id))).toEqual(
      locked.slice(1, 3),
    );
    expect(await list('--role', 'admin')).toMatchObject([{ email: 'person-4711@example.com', role: 'admin' }]);
  });

  it('shows a table to people, in which no name says anything to the terminal', async () => {
    const { exitCode, stdout } = await kunci(settings, 'users:list', '--limit', '2');
    expect(exitCode).toBe(0);
    const [head, , second] = stdout.split('\n');
    expect(head).toMatch(/^ID +ROLE +VERIFIED +LOCKED +CREATED +EMAIL +NAME$/);
    expect(second).toMatch(/^2 +user +- +- +\d{4}-\d\d-\d\d +person-2@example\.com +Eve\ufffd\[2J\ufffd\ufffd$/);
    const { stdout: json } = await kunci(settings, 'users:list', '--json', '--limit', '2');
    for (const obeyed of ['\u001b', '\u202e', '\u009b']) expect(json).not.toContain(obeyed);
    expect(JSON.parse(json.split('\n')[1] ?? '')).toMatchObject({ name: 'Eve\u001b[2J\u202e\u009b' });
  });

  it.each([['--limit', '0'], ['--limit', '-1'], ['--after', 'x'], ['--after', '1e3'], ['--role', 'boss'], ['extra']])(
    'takes no %s %s',
    async (...args) => {
      const { exitCode, stdout } = await kunci(settings, 'users:list', ...args.filter(Boolean));
      expect([exitCode, stdout]).toEqual([2, '']);
    },
  );

  it('ends with a word, and no stack, when its reader goes', async () => {
    const child = spawn(process.execPath, [CLI, 'users:list', '--json'], {
      env: environmentOf(settings),
      cwd: tmpdir(),
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(stderr).toBe('Nobody reads the output any more.\n');
  });

  it('ends with a word when it is interrupted, however slow its reader is', async () => {
    const child = spawn(process.execPath, [CLI, 'users:list'], { env: environmentOf(settings), cwd: tmpdir() });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(child.stdout, 'readable');
    child.kill('SIGINT');
    child.stdout.resume();
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(stderr).toBe('Stopped.\n');
  });
});
