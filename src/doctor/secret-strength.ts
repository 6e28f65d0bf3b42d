/** NIST SP 800-57, part 1: the least security strength that still counts as one. */
export const ENOUGH_BITS = 112;

/** A word drawn from a list of 7776, as diceware does; those that a person thinks of are worth less. */
const WORD_BITS = 13;

/**
 * How many bits someone has to guess at most, by what the secret looks like: no measure can tell a random text from one
 * that somebody knows. Words count by the word, steps such as `0123` or `aaaa` as one character, all else by how evenly
 * its characters are spread.
 */
export function estimateBits(secret: string): number {
  const text = withoutSteps(secret);
  const words = text.match(/\p{L}\p{Ll}{2,14}/gu)?.filter(isPronounceable) ?? [];
  const isPhrase = words.join('').length > 0.75 * text.replace(/[\s_.-]/g, '').length;
  const rest = text.length - words.join('').length;
  return isPhrase ? Math.min(words.length * WORD_BITS + rest, spreadBits(text)) : spreadBits(text);
}

/** Letters by chance have too few vowels for a word. */
function isPronounceable(word: string): boolean {
  const vowels = word.match(/[aeiouy]/gi)?.length ?? 0;
  return vowels >= word.length / 4 && !/[^aeiouy]{5}|[jqvwxz]{2}|[fhjkmpqvwxz][jqxz]/i.test(word);
}

function withoutSteps(text: string): string {
  return [...text].filter((_character, i) => !isStep(text, i)).join('');
}

/** The third or later of characters that follow one another in code, or repeat. */
function isStep(text: string, i: number): boolean {
  const [a, b, c] = [text.charCodeAt(i - 2), text.charCodeAt(i - 1), text.charCodeAt(i)];
  return b - a === c - b && Math.abs(c - b) <= 1;
}

/** Shannon's entropy of the characters, with Miller and Madow's correction for short texts. */
function spreadBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const bits = [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  );
  return bits * text.length + ((counts.size - 1) / 2) * Math.LOG2E;
}
