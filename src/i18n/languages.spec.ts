import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { formatInstant } from './instants.js';
import { isLanguage, LANGUAGES, nameOf, translate } from './languages.js';

const ROOT = join(import.meta.dirname, '../..');

const readTexts = (language: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `${language}.json`), 'utf8')) as Record<string, unknown>;

const readFiles = (folder: string, isMeant: (name: string) => boolean): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(isMeant)
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'));

const texts = Object.keys(readTexts('id'));
const translated = LANGUAGES.filter((language) => language !== 'en');

const placeholdersOf = (text: unknown) => [...String(text).matchAll(/{{.*?}}/g)].map(([name]) => name).sort();
const codeOf = (text: unknown) => [...String(text).matchAll(/`.*?`/g)].map(([code]) => code).sort();

describe('the languages', () => {
  it('are English and those that have a file', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));
    expect(LANGUAGES[0]).toBe('en');
    expect([...translated].sort()).toEqual(files.map((name) => name.replace('.json', '')).sort());
    expect(translated).toContain('id');
    expect(LANGUAGES.map((language) => Intl.getCanonicalLocales(language)[0])).toEqual(LANGUAGES);
  });

  // That these are all the texts there are is what the compiler and "every text" keep.
  it('have the same texts in every file', () => {
    for (const language of translated) expect(Object.keys(readTexts(language)).sort()).toEqual([...texts].sort());
  });

  it.each(translated)('have no empty text in %s, and the placeholders and code of the English one', (language) => {
    for (const [text, translation] of Object.entries(readTexts(language))) {
      expect([text, typeof translation]).toEqual([text, 'string']);
      expect([text, String(translation).trim()]).not.toEqual([text, '']);
      expect([text, String(translation).trim()]).toEqual([text, translation]);
      expect([text, placeholdersOf(translation)]).toEqual([text, placeholdersOf(text)]);
      expect([text, codeOf(translation)]).toEqual([text, codeOf(text)]);
    }
  });

  it.each(translated)('end a text in %s as it ends in English', (language) => {
    const endOf = (text: unknown) => /[.:?!]?$/.exec(String(text))?.[0];
    for (const [text, translation] of Object.entries(readTexts(language))) {
      expect([text, endOf(translation)]).toEqual([text, endOf(text)]);
    }
  });

  it('each call themselves by a name of their own', () => {
    expect([nameOf('en'), nameOf('id')]).toEqual(['English', 'Bahasa Indonesia']);
    expect(new Set(LANGUAGES.map(nameOf)).size).toBe(LANGUAGES.length);
  });

  it.each([undefined, null, '', 'xx', 'ID', 'id-ID', '__proto__', 'constructor', ['id'], { id: 1 }])(
    'do not count %j among them',
    (value) => {
      expect(isLanguage(value)).toBe(false);
    },
  );
});

describe('every text', () => {
  const sources = readFiles('src', (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts')).join('\n');
  const views = readFiles('views', (name) => name.endsWith('.hbs')).join('\n');

  it('is used', () => {
    const unused = texts.filter((text) => {
      const quoted = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      // A number may come from a constant: `… ${TEXT_MAX} characters`.
      const pattern = `["'\`]${quoted.replace(/\d+/g, '(?:$&|\\$\\{\\w+\\})')}["'\`]`;
      return !new RegExp(pattern).test(sources) && !new RegExp(pattern).test(views);
    });
    expect(unused).toEqual([]);
  });

  it('of a view has its translations', () => {
    const literal = /(?:[{(]t |(?<![-\w])(?:label|hint|broken)=)(?:"([^"]*)"|'([^']*)')/g;
    const used = [...views.matchAll(literal)].map(([, double, single]) => double ?? single ?? '');
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((text) => !texts.includes(text))).toEqual([]);
  });

  it('of a model is translated by the view', () => {
    const bare = /{{(title|notice|problem|label|hint|broken|text|message)}}/g;
    expect([...views.matchAll(bare)].map(([mustache]) => mustache)).toEqual([]);
  });
});

describe('translate', () => {
  it.each([
    ['Log in', 'en', {}, 'Log in'],
    ['Log in', 'id', {}, 'Masuk'],
    ['Hello, {{name}}', 'en', { name: 'Ana' }, 'Hello, Ana'],
    ['Hello, {{name}}', 'id', { name: 'Ana' }, 'Halo, Ana'],
    ['What no file has: {{n}}', 'id', { n: 5 }, 'What no file has: 5'],
    ['Log in', 'xx', {}, 'Log in'],
  ])('of %j in %s with %j is %j', (text, language, values, translation) => {
    expect(translate(text, language, values)).toBe(translation);
  });

  it.each(['{{name}}', '$t(Log in)', '$t(Log in, {"lng":"id"})', '$& $1 $$', '<b>&amp;</b>', '{{- name}}', '\\'])(
    'takes a name of %j as it is',
    (name) => {
      expect(translate('Hello, {{name}}', 'id', { name })).toBe(`Halo, ${name}`);
      expect(translate('Hello, {{name}}', 'en', { name })).toBe(`Hello, ${name}`);
    },
  );

  it.each(['count', 'context', 'lng', 'ns', 'defaultValue', 'replace'])(
    'takes a value named %s for nothing else',
    (name) => {
      expect(translate('Log in', 'id', { [name]: 'en' })).toBe('Masuk');
    },
  );
});

describe('formatInstant', () => {
  const instant = new Date('2026-05-03T14:07:00Z');
  it.each([
    ['en', '3 May 2026, 14:07 UTC'],
    ['id', '3 Mei 2026, 14.07 UTC'],
  ])('in %s is %s', (language, text) => {
    expect(formatInstant(instant, language)).toBe(text);
  });
});
