import { OperatorError } from '../account/operator-error.js';

/** What a terminal obeys, or what turns the direction of a line: a name that came into the table by SQL may hold any. */
const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const OUTPUT_CLOSED = 'Nobody reads the output any more.';

/** @throws OperatorError if the reader has gone, as `head` does */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => {
      if (error) reject(new OperatorError(OUTPUT_CLOSED));
      else resolve();
    });
  });
}

/** What people wrote, for a terminal. */
export const visible = (text: string): string => text.replace(OBEYED, '\ufffd');

/** For machines, and harmless in a terminal: a JSON reader gets the same text back. */
export function toJson(value: unknown, indent?: number): string {
  // Line ends between the members are no text of anybody.
  return JSON.stringify(value, undefined, indent).replace(OBEYED, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
