import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { User } from '../src/users/user.entity.js';
import { newEmail } from './support/api.js';
import { startApp, type TestApp, testSettings } from './support/app.js';
import { kunci } from './support/cli.js';
import { ENGINE } from './support/database.js';
import { HASH_VECTORS } from './support/hash-vectors.js';

interface Census {
  accounts: number;
  upgraded: number;
  percent: number;
  kinds: Record<string, number>;
}

describe(`kunci users:hashes (${ENGINE})`, () => {
  let test: TestApp;
  let settings: Record<string, string>;
  beforeAll(async () => {
    test = await startApp();
    settings = testSettings(test.database);
  });
  afterAll(() => test.stop());

  const census = async (changes: Record<string, string> = {}) => {
    const { exitCode, stdout, stderr } = await kunci({ ...settings, ...changes }, 'users:hashes', '--json');
    expect([exitCode, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as Census;
  };
  const add = (hashes: readonly string[]) =>
    test.dataSource.getRepository<User>('User').insert(
      hashes.map((passwordHash) => {
        const email = newEmail();
        return { name: 'Ana', email, emailCanonical: email, passwordHash };
      }),
    );

  it('tells of an installation without accounts that there are none', async () => {
    expect(await census()).toMatchObject({ accounts: 0, upgraded: 0, percent: 100 });
    expect((await kunci(settings, 'users:hashes')).stdout).toBe('There are no accounts.\n');
  });

  it('counts every kind, and what is left to upgrade', async () => {
    await add([...HASH_VECTORS.map(({ hash }) => hash), '!', '']);
    const kinds: Record<string, number> = { unknown: 2 };
    for (const { kind } of HASH_VECTORS) kinds[kind] = (kinds[kind] ?? 0) + 1;
    const [accounts, upgraded] = [HASH_VECTORS.length + 2, kinds.kunci ?? 0];
    const percent = Math.floor((upgraded / accounts) * 1000) / 10;
    expect(await census()).toEqual({ accounts, upgraded, percent, kinds });
    // Those of the vectors have cost 10.
    expect(await census({ BCRYPT_COST: '11' })).toEqual({ accounts, upgraded: 0, percent: 0, kinds });

    const { stdout } = await kunci(settings, 'users:hashes');
    expect(stdout).toMatch(/^KIND +ACCOUNTS\nkunci +\d+\n/);
    for (const [kind, count] of Object.entries(kinds)) expect(stdout).toMatch(new RegExp(`^${kind} +${count}$`, 'm'));
    expect(stdout).toContain(`\nUpgraded: ${upgraded} of ${accounts}, ${percent} %.`);
    expect(stdout).not.toContain(HASH_VECTORS[0]!.hash.slice(-20));
  });

  it('counts each account once, over many pages of them', async () => {
    const before = await census();
    for (let i = 0; i < 5; i++) await add(Array<string>(900).fill('!'));
    const after = await census();
    expect(after.accounts).toBe(before.accounts + 4_500);
    expect(after.kinds).toEqual({ ...before.kinds, unknown: before.kinds.unknown! + 4_500 });
  });

  it('goes to 100 percent only with the last account', async () => {
    await test.dataSource.query('UPDATE users SET password_hash = ?', [
      HASH_VECTORS.find(({ kind }) => kind === 'kunci')!.hash,
    ]);
    expect(await census()).toMatchObject({ percent: 100 });
    await add(['!']);
    expect(await census()).toMatchObject({ percent: 99.9 });
  });
});
