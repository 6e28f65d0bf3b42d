import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readOrCreateSecret } from './embedded-secret.js';

describe('readOrCreateSecret', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kunci-secret-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it('makes a secret of 48 random bytes', () => {
    const secret = readOrCreateSecret(join(folder, 'secret.key'));
    expect(secret).toMatch(/^[A-Za-z0-9+/]{64}$/);
    expect(readOrCreateSecret(join(folder, 'another.key'))).not.toBe(secret);
  });

  it('keeps it where only its owner can look', () => {
    const path = join(folder, 'deep', 'data', 'secret.key');
    readOrCreateSecret(path);
    expect(modeOf(path)).toBe('600');
    expect(modeOf(join(folder, 'deep', 'data'))).toBe('700');
  });

  it('leaves nothing but the secret behind', () => {
    readOrCreateSecret(join(folder, 'secret.key'));
    expect(readdirSync(folder)).toEqual(['secret.key']);
  });

  it('gives the same secret next time', () => {
    const path = join(folder, 'secret.key');
    const secret = readOrCreateSecret(path);
    const { mtimeMs } = statSync(path);
    expect(readOrCreateSecret(path)).toBe(secret);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
    expect(readFileSync(path, 'utf8')).toBe(`${secret}\n`);
  });

  it('takes a secret that somebody put there', () => {
    const path = join(folder, 'secret.key');
    writeFileSync(path, 'a secret of their own, with a line end\r\n');
    expect(readOrCreateSecret(path)).toBe('a secret of their own, with a line end');
  });

  it('does not take what it cannot read for missing', () => {
    expect(() => readOrCreateSecret(folder)).toThrow(/EISDIR/);
  });
});
