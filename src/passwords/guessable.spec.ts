import { describe, expect, it } from '@jest/globals';
import { comparable, repeatsItself, withoutRuns, withoutWords, wordsIn } from './guessable.js';

describe('comparable', () => {
  it.each([
    ['Correct Horse', 'correcthorse'],
    ['correct-horse_battery.staple', 'correcthorsebatterystaple'],
    ['ＰＡＳＳＷＯＲＤ', 'password'],
    ['ﬁsh', 'fish'],
    ['José', 'josé'],
    ['a\u2014b\u00a0c', 'abc'],
    ['p@ss!', 'p@ss!'],
    ['🔑 🔑', '🔑🔑'],
  ])('of %j is %j', (text, expected) => {
    expect(comparable(text)).toBe(expected);
  });
});

describe('wordsIn', () => {
  it.each([
    [
      ['Ana Wijaya', 'ana.w@mail.example.com'],
      ['example', 'wijaya', 'mail', 'ana', 'ana', 'com'],
    ],
    [["O'Brien-Smith"], ['brien', 'smith']],
    [['JOSÉ Ａｎａ'], ['josé', 'ana']],
    [['', 'x', '!!'], []],
  ])('of %j are %j', (texts, words) => {
    expect(wordsIn(texts)).toEqual(words);
  });
});

describe('withoutWords', () => {
  it.each([
    ['anawijaya2024', ['wijaya', 'ana'], '2024'],
    ['anastasia', ['anastasia', 'ana'], ''],
    ['nobody', ['ana'], 'nobody'],
  ])('of %j leaves out %j', (text, words, rest) => {
    expect(withoutWords(text, words)).toBe(rest);
  });
});

describe('withoutRuns', () => {
  it.each([
    ['aaaaaaaa', ''],
    ['abcdefgh', ''],
    ['hgfedcba', ''],
    ['12345678901', ''],
    ['qwertyuiopasdfghjkl', ''],
    ['poiuytrewq', ''],
    ['password1234567', 'password'],
    ['!!!!dragon!!!!', 'dragon'],
    ['aabbccdd', 'aabbccdd'],
    ['🔑🔑🔑cat', 'cat'],
    ['horsebattery', 'horsebattery'],
    ['12', '12'],
    ['', ''],
  ])('of %j leaves %j', (text, rest) => {
    expect(withoutRuns(text)).toBe(rest);
  });
});

describe('repeatsItself', () => {
  it.each([
    'aa',
    'passwordpassword',
    'abcdabcdabcdabc',
    '🔑🔑🔑🔑',
    'fourteenletrs!fourteenletrs!',
    'correcthorsecorrecthorse',
  ])('holds for %j', (text) => {
    expect(repeatsItself(text)).toBe(true);
  });

  it.each([
    ['', ''],
    ['one character', 'a'],
    ['a beginning that comes again at the end', 'abcdefgabc'],
    ['fifteen characters twice, which are long enough once', 'fifteenletters!fifteenletters!'],
    ['all but the last character', 'abcabcabcabd'],
  ])('breaks for %s', (_what, text) => {
    expect(repeatsItself(text)).toBe(false);
  });
});
