/** What is left of a password without what anybody would guess must be a password yet: OWASP ASVS 6.2.1. */
export const LEAST = 8;

/** Twice a text that is too short by itself is no longer one. */
const LONGEST_UNIT = 14;

const ROWS = ['abcdefghijklmnopqrstuvwxyz', '012345678901', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const BOTH_WAYS = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))].join(' ');

/** As guessers compare: letter case, ways to write a character, and what stands between words make no difference. */
export const comparable = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Pd}_.]+/gu, '');

/** Of names and addresses: what stands between other characters, the longest first, because one may hold another. */
export function wordsIn(texts: readonly string[]): string[] {
  const words = texts.flatMap((text) =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .split(/[^\p{L}\p{M}\p{N}]+/u),
  );
  return words.filter((word) => word.length >= 3).sort((a, b) => b.length - a.length);
}

export const withoutWords = (text: string, words: readonly string[]): string =>
  words.reduce((rest, word) => rest.replaceAll(word, ''), text);

/** Without any three or more in a row that are the same, or neighbours in the alphabet, in numbers, on a keyboard. */
export function withoutRuns(text: string): string {
  const characters = [...text];
  const isInRun = characters.map(() => false);
  for (let i = 0; i + 3 <= characters.length; i++) {
    const [a = '', b = '', c = ''] = characters.slice(i, i + 3);
    if ((a === b && b === c) || BOTH_WAYS.includes(a + b + c)) isInRun.fill(true, i, i + 3);
  }
  return characters.filter((_, i) => !isInRun[i]).join('');
}

/** Whether a text is one shorter one, twice or more often; the last time may break off. */
export function repeatsItself(text: string): boolean {
  const longest = Math.min(LONGEST_UNIT, Math.floor(text.length / 2));
  for (let unit = 1; unit <= longest; unit++) {
    if (text.startsWith(text.slice(unit))) return true;
  }
  return false;
}
