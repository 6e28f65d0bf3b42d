import { describe, expect, it } from '@jest/globals';
import { readWithSecret } from '../../test/support/settings.js';
import { BreachedPasswords } from './breached-passwords.js';
import { PasswordPolicy } from './password-policy.service.js';

const COMMON = /too common/;
const PATTERN = /repeats itself or follows a sequence/;
const PERSONAL = /made of your name/;

function policyOf(name: string): PasswordPolicy {
  const settings = readWithSecret({ PASSWORD_POLICY: name });
  return new PasswordPolicy(new BreachedPasswords(settings), settings);
}

describe('the policy of NIST', () => {
  const policy = policyOf('nist');
  const ana = { name: 'Ana Wijaya', email: 'ana.w-1985@toko-bunga.example.com' };

  it.each([
    'kereta malam ke timur',
    'teras hijau gunung kopi',
    'correct horse 9 battery',
    'onlysmalllettersbutmany',
    '271828182845904523',
    'пароль из нескольких слов',
    '한국어로 된 아주 긴 비밀번호 문장',
    '🔑🐱🌋🥁🚲🍍🧭🪁🎈🦉🌶🧩🪐🛶🥨',
    'my qwerty keyboard broke',
    'hunter2 hunter3 and friends',
    'kunci rumah di bawah pot',
    'ana wijaya naik kereta malam',
    'Xk9$fQ2!vL7#pR4',
  ])('takes %s', async (password) => {
    expect(await policy.faultsOf(password, ana)).toEqual([]);
  });

  it.each([
    [COMMON, '1qaz2wsx3edc4rfv'],
    [COMMON, 'MomsAnAladventure'],
    [COMMON, 'Moms An Al Adventure'],
    [COMMON, 'ｍｏｍｓａｎａｌａｄｖｅｎｔｕｒｅ'],
    [COMMON, 'password1234567'],
    [COMMON, 'Password!!!!!!!!'],
    [COMMON, '111-sunshine-999'],
    [COMMON, 'kunci-password-kunci'],
    [COMMON, 'abcdefghijklmnop'],
    [PATTERN, 'bcdefghijklmnopq'],
    [PATTERN, 'zyxwvutsrqponmlk'],
    [PATTERN, '90123456789012345'],
    [PATTERN, '!!!!!!!!!!!!!!!'],
    [PATTERN, '🔑'.repeat(15)],
    [PATTERN, 'asdfghjkl qwerty'],
    [PATTERN, 'monkey123456789'],
    [PATTERN, 'so long so long'],
    [PATTERN, '- . - . - . - . -'],
    [PATTERN, 'tralala tralala tralala'],
    [PERSONAL, 'ana.w-1985@toko-bunga.example.com'],
    [PERSONAL, 'ANA WIJAYA ANA WIJAYA'],
    [PERSONAL, 'wijaya.ana.2024!!'],
    [PERSONAL, 'bunga toko 1985 kunci'],
    [PERSONAL, 'kuncikuncikunci'],
    [PERSONAL, 'Kunci-Example-1'],
  ])('says %s about %s', async (reason, password) => {
    const faults = await policy.faultsOf(password, ana);
    expect(faults).toEqual([expect.stringMatching(reason)]);
  });

  it('knows no name of whoever is unknown', async () => {
    expect(await policy.faultsOf('wijaya.ana.2024!!')).toEqual([]);
    expect(await policy.faultsOf('kuncikuncikunci')).toEqual([expect.stringMatching(PERSONAL)]);
  });

  it('tells of the length first', async () => {
    expect(await policy.faultsOf('password', ana)).toEqual(['Password must be at least 15 characters long.']);
  });

  it.each([
    ['blanks', ' '.repeat(1024)],
    ['one character', 'a'.repeat(1024)],
    ['characters that NFKC makes eighteen of', '\ufdfa'.repeat(1024)],
    ['two in turn', 'ab'.repeat(512)],
    ['words of the name', 'ana'.repeat(341)],
  ])('judges 1024 code points of %s at once', async (_what, password) => {
    const startedAt = performance.now();
    await policy.faultsOf(password, { name: 'ana '.repeat(37), email: ana.email });
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('the classic policy', () => {
  const policy = policyOf('classic');

  it.each(['password1', 'abcd1234', 'ana wijaya 1', '1qaz2wsx3edc4rfv'])('takes %s', async (password) => {
    expect(await policy.faultsOf(password, { name: 'Ana Wijaya' })).toEqual([]);
  });
});
