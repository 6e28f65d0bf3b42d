import { describe, expect, it } from '@jest/globals';
import type { Text } from '../i18n/languages.js';
import { AppError } from './app-error.js';
import { countCodePoints, fieldFaults, isBlank, NOT_TEXT, REQUIRED, RequiredText, Rule, toDto } from './validation.js';

class ProbeDto {
  @RequiredText()
  @Rule('lower', (text) => text === text.toLowerCase(), 'is not lower case' as Text)
  @Rule('short', (text) => text.length <= 4, 'is too long' as Text)
  @Rule('noX', (text) => !text.toLowerCase().includes('x'), 'has an x' as Text)
  word!: string;

  @RequiredText()
  plain!: string;

  @Rule('short', (text) => text.length <= 4, 'is too long' as Text)
  optional?: string;

  undeclared?: string;
}

const probe = (fields: object): ProbeDto => Object.assign(new ProbeDto(), { word: 'a', plain: 'b' }, fields);

describe('isBlank', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['false', false],
    ['zero', 0],
    ['an empty text', ''],
    ['blanks', ' \t\r\n\v\f'],
    ['a no-break space', '\u00a0'],
    ['an ideographic space', '\u3000'],
    ['a line separator', '\u2028'],
    ['a zero-width space', '\u200b'],
    ['a zero-width joiner', '\u200d'],
    ['a Hangul filler', '\u3164'],
    ['a blank in Braille', '\u2800'],
    ['a byte order mark', '\ufeff'],
    ['a soft hyphen', '\u00ad'],
    ['a change of direction', '\u202e'],
    ['a NUL', '\0'],
    ['several of these together', ' \u200b\u00a0\0'],
    ['an empty array', []],
    ['an array of an empty text', ['']],
    ['an array of a blank text', [' ']],
    ['an array that starts with a blank text', ['', 'ana']],
    ['an array of null', [null]],
    ['an array of zero', [0]],
    ['an array of an empty object', [{}]],
    ['an empty object', {}],
    ['an object without a prototype', Object.create(null)],
  ])('is true for %s', (_what, value: unknown) => {
    expect(isBlank(value)).toBe(true);
  });

  it.each([
    ['true', true],
    ['one', 1],
    ['minus one', -1],
    ['a text', 'ana'],
    ['a text of zero', '0'],
    ['a text of false', 'false'],
    ['a text between blanks', ' a '],
    ['a letter behind a zero-width space', '\u200ba'],
    ['an emoji', '🔑'],
    ['an array of a text', ['ana']],
    ['an array that starts with a text', ['ana', '']],
    ['an array of an empty array', [[]]],
    ['an array of one', [1]],
    ['an object with a field', { name: '' }],
  ])('is false for %s', (_what, value: unknown) => {
    expect(isBlank(value)).toBe(false);
  });
});

describe('countCodePoints', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 2],
    ['🔑🔑', 2],
    ['\ud83d', 1],
  ])('of %j is %d', (text, count) => {
    expect(countCodePoints(text)).toBe(count);
  });
});

describe('fieldFaults', () => {
  it('finds nothing wrong where every rule holds', () => {
    expect(fieldFaults(probe({}))).toEqual({});
  });

  it.each([
    ['undefined', undefined, REQUIRED],
    ['null', null, REQUIRED],
    ['blank', ' ', REQUIRED],
    ['zero', 0, REQUIRED],
    ['false', false, REQUIRED],
    ['an empty array', [], REQUIRED],
    ['an empty object', {}, REQUIRED],
    ['a number', 5, NOT_TEXT],
    ['true', true, NOT_TEXT],
    ['an array of a text', ['ana'], NOT_TEXT],
    ['an array of an array', [['ana']], NOT_TEXT],
    ['an object', { $ne: '' }, NOT_TEXT],
  ])('tells one thing about a required text that is %s', (_what, value: unknown, message) => {
    expect(fieldFaults(probe({ word: value, plain: value }))).toEqual({ word: [message], plain: [message] });
  });

  it.each([
    ['Abc', ['is not lower case']],
    ['abcde', ['is too long']],
    ['ABCDE', ['is not lower case', 'is too long']],
    ['axcde', ['is too long', 'has an x']],
    ['AXcde', ['is not lower case', 'is too long', 'has an x']],
  ])('tells every rule that "%s" breaks, in the order they are declared', (word, messages) => {
    expect(fieldFaults(probe({ word }))).toEqual({ word: messages });
  });

  it('tells the fields in the order they are declared', () => {
    expect(Object.keys(fieldFaults(probe({ optional: 'too long', plain: '', word: '' })))).toEqual([
      'word',
      'plain',
      'optional',
    ]);
  });

  it.each([[undefined], [null], [12_345], [['abcde']]])('passes over %j in a rule about texts', (optional) => {
    expect(fieldFaults(probe({ optional }))).toEqual({});
  });
});

describe('toDto', () => {
  /** The own fields with a value: a class field without one is there too, as `undefined`. */
  const valuesOf = (dto: object) => Object.fromEntries(Object.entries(dto).filter(([, value]) => value !== undefined));

  it('copies the declared fields', () => {
    const dto = toDto(ProbeDto, { word: 'a', plain: 'b', optional: 'c' });
    expect(dto).toBeInstanceOf(ProbeDto);
    expect(valuesOf(dto)).toEqual({ word: 'a', plain: 'b', optional: 'c' });
  });

  it('copies nothing else', () => {
    expect(valuesOf(toDto(ProbeDto, { word: 'a', undeclared: 'x', id: 1, isAdmin: true }))).toEqual({ word: 'a' });
  });

  it.each([
    ['a number', 5],
    ['a text with blanks', ' a '],
    ['an array', ['a']],
    ['an object', { a: 1 }],
    ['null', null],
    ['false', false],
  ])('does not convert %s', (_what, value) => {
    expect(toDto<object>(ProbeDto, { word: value })).toHaveProperty('word', value);
  });

  it('does not copy inherited fields', () => {
    expect(valuesOf(toDto(ProbeDto, Object.create({ word: 'inherited' })))).toEqual({});
  });

  it.each([
    ['constructor', '{"constructor":{"name":"Other"},"word":"a"}'],
    ['__proto__', '{"__proto__":{"plain":"planted"},"word":"a"}'],
    ['prototype', '{"prototype":{"plain":"planted"},"word":"a"}'],
    ['hasOwnProperty', '{"hasOwnProperty":"x","word":"a"}'],
    ['toString', '{"toString":null,"word":"a"}'],
  ])('is not misled by a key named %s', (_key, json) => {
    const dto = toDto(ProbeDto, JSON.parse(json));
    expect(Object.getPrototypeOf(dto)).toBe(ProbeDto.prototype);
    expect(dto.constructor).toBe(ProbeDto);
    expect(valuesOf(dto)).toEqual({ word: 'a' });
    expect(fieldFaults(dto)).toEqual({ plain: [REQUIRED] });
  });

  it.each([
    ['null', null],
    ['an empty object', {}],
    ['an object without a prototype', Object.create(null)],
  ])('takes %s for an object without fields', (_what, body: unknown) => {
    expect(valuesOf(toDto(ProbeDto, body))).toEqual({});
  });

  it.each([
    ['undefined', undefined],
    ['an empty array', []],
    ['an array of an object', [{ word: 'a', plain: 'b' }]],
    ['a text', 'word'],
    ['an empty text', ''],
    ['a number', 5],
    ['zero', 0],
    ['true', true],
    ['false', false],
  ])('refuses %s', (_what, body: unknown) => {
    expect(() => toDto(ProbeDto, body)).toThrow(AppError);
    expect(() => toDto(ProbeDto, body)).toThrow(expect.objectContaining({ code: 'invalid_body' }));
  });
});
