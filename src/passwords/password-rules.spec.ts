import { describe, expect, it } from '@jest/globals';
import { hasLettersAndNumbers, isLongEnough, isShortEnough } from './password-rules.js';

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
