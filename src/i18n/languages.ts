import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInstance } from 'i18next';
import type id from './id.json';

/** An English text that has its translations: what is not in the files does not compile. */
export type Text = keyof typeof id;

/** What stands in place of `{{name}}` in a text. */
export type TextValues = Readonly<Record<string, string | number>>;

/** The texts stand in the code in English, and the files translate them: a further language is one more file. */
const SOURCE = 'en';

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));

/** Codes of BCP 47, English first. */
export const LANGUAGES: readonly string[] = [SOURCE, ...files.map((name) => basename(name, '.json')).sort()];

const translator = createInstance({
  lng: SOURCE,
  fallbackLng: false,
  initAsync: false,
  // Whole texts are the keys, whatever characters are in them.
  keySeparator: false,
  nsSeparator: false,
  // The views escape, and a text mail must not.
  interpolation: { escapeValue: false },
  resources: Object.fromEntries(
    files.map((name) => {
      const translation = JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Record<string, string>;
      return [basename(name, '.json'), { translation }];
    }),
  ),
});
void translator.init();

/** @param text what the files lack stays English */
export function translate(text: string, language: string, values: TextValues = {}): string {
  // What most answers of the API need, and a guarded request should not pay for more.
  if (language === SOURCE && !text.includes('{{')) return text;
  // As `replace`, a value is nothing but a value: no name of one (`count`, `context`) chooses another text. What people
  // wrote may look like a text of ours, `$t(…)`, and is not one.
  return translator.t(text, { lng: language, nest: false, replace: values });
}

/** How a language calls itself: where English says "English", a file has the name of its own language. */
export function nameOf(language: string): string {
  return translate('English' satisfies Text, language);
}

export function isLanguage(value: unknown): value is string {
  return typeof value === 'string' && LANGUAGES.includes(value);
}
