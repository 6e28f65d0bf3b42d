import { describe, expect, it } from '@jest/globals';
import { readCommonPasswords } from './common-passwords.js';

/** The first of 15 characters or more in the list of SecLists. */
const FIRST_LONG = [
  'mailcreated5240',
  'polniypizdec0211',
  '123456789987654321',
  '1qaz2wsx3edc4rfv',
  '123456789123456789',
  'momsanaladventure',
  'hd764nw5d7e1vb1',
  'qazwsxedcrfvtgb',
  '23176djivanfros',
  '123456789qwerty',
];

describe('common passwords', () => {
  const common = readCommonPasswords();

  it.each(FIRST_LONG)('hold %s', (password) => {
    expect(common.has(password)).toBe(true);
  });

  it('hold what is common and short, to know it again when somebody lengthens it', () => {
    expect(['password', 'sunshine', 'princess', 'football'].filter((password) => !common.has(password))).toEqual([]);
  });

  it('are few enough to keep', () => {
    expect([...common].filter((password) => password.length >= 15).length).toBeGreaterThan(9_000);
    expect(common.size).toBeLessThan(100_000);
  });

  it('hold nothing empty and nothing with a line end', () => {
    expect([...common].filter((password) => password === '' || /\s/.test(password))).toEqual([]);
  });
});
