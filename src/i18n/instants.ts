/** To `Intl`, English is American, and the rest of the world misreads a month before its day. */
const LOCALES: Readonly<Record<string, string>> = { en: 'en-GB' };

/** Making one takes longer than showing a page. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** An instant as people of a language write it, in UTC: nobody tells a server their time zone. */
export function formatInstant(instant: Date, language: string): string {
  const format = formats.get(language) ?? makeFormat(language);
  formats.set(language, format);
  return `${format.format(instant)} UTC`;
}

function makeFormat(language: string): Intl.DateTimeFormat {
  const style = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(LOCALES[language] ?? language, style);
}
