import { OperatorError } from '../http/operator-error.js';
import { OBEYED } from '../i18n/visible.js';

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

/** For machines, and harmless in a terminal: a JSON reader gets the same text back. */
export function toJson(value: unknown, indent?: number): string {
  // Line ends between the members are no text of anybody.
  return JSON.stringify(value, undefined, indent).replace(OBEYED, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
