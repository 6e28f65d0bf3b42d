import { describe, expect, it } from '@jest/globals';
import { faultsByRule, hasLettersAndNumbers, isLongEnough, isShortEnough, PASSWORD_RULES } from './password-rules.js';

const TOO_LONG = 'Password cannot be longer than 1024 characters.';

describe('the classic rule', () => {
  const TOO_SHORT = 'Password must be at least 8 characters long.';
  const NO_MIX = 'Password must contain both letters and numbers.';

  it.each([
    ['abcd1234', []],
    ['abcdefgh', [NO_MIX]],
    ['abcd123', [TOO_SHORT, NO_MIX]],
    ['a1', [TOO_SHORT, NO_MIX]],
    ['abcd1234\ud800', [NO_MIX]],
    ['a1'.repeat(512), []],
    ['a1'.repeat(513), [TOO_LONG]],
    ['a'.repeat(1025), [TOO_LONG, NO_MIX]],
  ])('of %j tells every fault in the order of the original', (password, faults) => {
    expect(faultsByRule(password, PASSWORD_RULES.classic)).toEqual(faults);
  });
});

describe('the rule of NIST', () => {
  const TOO_SHORT = 'Password must be at least 15 characters long.';

  it.each([
    ['letters alone', 'nothingbutletters', []],
    ['numbers alone', '314159265358979', []],
    ['symbols alone', '!@#$%^&*()_+-={}', []],
    ['blanks between words', 'kereta malam ke timur', []],
    ['14 characters, of each kind one', 'aB3$aB3$aB3$aB', [TOO_SHORT]],
    ['15 emoji', '🔑🐱🌋🥁🚲🍍🧭🪁🎈🦉🌶🧩🪐🛶🥨', []],
    ['14 emoji', '🔑🐱🌋🥁🚲🍍🧭🪁🎈🦉🌶🧩🪐🛶', [TOO_SHORT]],
    ['1024 characters', 'kata sandi ini '.repeat(68) + 'saja', []],
    ['1025 characters', 'kata sandi ini '.repeat(68) + 'lagi!', [TOO_LONG]],
    ['an unpaired surrogate', 'kereta malam ke timur\ud800', ['This field must be text.']],
  ])('of %s tells what is wrong', (_what, password, faults) => {
    expect(faultsByRule(password, PASSWORD_RULES.nist)).toEqual(faults);
  });
});

describe('isLongEnough', () => {
  it.each([
    [true, '8 characters', 'abcd1234'],
    [false, '7 characters', 'abcd123'],
    [false, 'nothing', ''],
    [true, '8 blanks', ' '.repeat(8)],
    [true, '8 characters of two UTF-16 units each', '🔑'.repeat(8)],
    [false, '7 characters of two UTF-16 units each', '🔑'.repeat(7)],
    [true, 'a letter and its accent, counted apart', 'bcdef1e\u0301'],
  ])('is %s for %s', (expected, _what, password) => {
    expect(isLongEnough(password)).toBe(expected);
  });
});

describe('isShortEnough', () => {
  it.each([
    [true, 'nothing', ''],
    [true, '1024 characters', 'a'.repeat(1024)],
    [false, '1025 characters', 'a'.repeat(1025)],
    [true, '1024 characters of two UTF-16 units each', '🔑'.repeat(1024)],
    [false, '1025 characters of two UTF-16 units each', '🔑'.repeat(1025)],
    [true, '1024 characters of three bytes each', '密'.repeat(1024)],
    [false, '50 000 characters', 'a'.repeat(50_000)],
  ])('is %s for %s', (expected, _what, password) => {
    expect(isShortEnough(password)).toBe(expected);
  });
});

describe('hasLettersAndNumbers', () => {
  it.each([
    ['ASCII', 'abcd1234'],
    ['one letter', '1234567a'],
    ['one number', 'abcdefg1'],
    ['capital letters', 'ABCD1234'],
    ['symbols and blanks between them', 'a !@#$%^ 1'],
    ['Cyrillic', 'пароль12'],
    ['Chinese', '密码密码密码12'],
    ['Arabic letters and numbers', 'كلمةالسر٣'],
    ['Devanagari numbers', 'password१'],
    ['a Roman numeral, which Unicode counts as a number', 'passwordⅧ'],
    ['letters beyond the basic plane', '𝒶𝒷𝒸𝒹𝑒𝒻𝑔1'],
    ['an emoji beside them', 'abcd123🔑'],
    ['a NUL beside them', 'abcd\x001234'],
  ])('holds for %s', (_what, password) => {
    expect(hasLettersAndNumbers(password)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['letters alone', 'abcdefgh'],
    ['numbers alone', '12345678'],
    ['blanks', ' '.repeat(8)],
    ['symbols alone', '!@#$%^&*'],
    ['letters and symbols', 'abcd!@#$'],
    ['numbers and emoji', '1234567🔑'],
    ['numbers and a lone accent', '1234567\u0301'],
    ['too few characters', 'abc123'],
    ['an unpaired high surrogate', 'abcd1234\ud83d'],
    ['an unpaired low surrogate', '\udd11abcd1234'],
    ['surrogates in the wrong order', 'abcd\udd11\ud83d1234'],
  ])('breaks for %s', (_what, password) => {
    expect(hasLettersAndNumbers(password)).toBe(false);
  });
});
