import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadEnvFile } from './env.js';
import { readEnvFile } from './env-file.js';
import { readSettingsFacts } from './settings-facts.js';

const NOBODY = 65_534;

describe('.env', () => {
  const before = process.cwd();
  let path: string;
  beforeEach(() => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kunci-env-file-')));
    chmodSync(folder, 0o755);
    process.chdir(folder);
    path = join(folder, '.env');
  });
  afterEach(() => {
    rmSync(process.cwd(), { recursive: true });
    process.chdir(before);
  });

  /** Root may read everything, so that it has to be somebody else for a while. */
  function asSomebodyElse<T>(work: () => T): T {
    if (process.geteuid?.() !== 0) return work();
    process.seteuid?.(NOBODY);
    try {
      return work();
    } finally {
      process.seteuid?.(0);
    }
  }

  it('is read, or missing, or a folder', () => {
    expect(readEnvFile()).toEqual({ path, isThere: false, variables: {}, fault: undefined });
    writeFileSync(path, 'PORT=8081');
    expect(readEnvFile()).toEqual({ path, isThere: true, variables: { PORT: '8081' }, fault: undefined });
    rmSync(path);
    mkdirSync(path);
    expect(readEnvFile()).toMatchObject({ isThere: false, fault: undefined });
  });

  it('sets what is not set, and not the size of a pool that is there already', () => {
    const names = ['KUNCI_TEST_A', 'KUNCI_TEST_B', 'UV_THREADPOOL_SIZE'];
    const kept = process.env;
    process.env = { KUNCI_TEST_A: '' };
    writeFileSync(path, names.map((name) => `${name}=64`).join('\n'));
    loadEnvFile();
    expect(names.map((name) => process.env[name])).toEqual(['', '64', undefined]);
    process.env = kept;
  });

  it('that this user cannot read is a fault of the settings, which says whose it should be', () => {
    writeFileSync(path, 'PORT=8081', { mode: 0o000 });
    const said = `${path} exists but cannot be read by this user: give it to the user that runs Kunci (chown)`;
    let thrown: unknown;
    asSomebodyElse(() => {
      try {
        loadEnvFile();
      } catch (error) {
        thrown = error;
      }
    });
    expect(thrown).toMatchObject({ name: 'SettingsError', faults: [said] });
    const facts = asSomebodyElse(() => readSettingsFacts());
    expect(facts).toMatchObject({ settings: undefined, faults: [said] });
  });
});
