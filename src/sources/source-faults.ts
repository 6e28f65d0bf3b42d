import { explainConnection } from '../database/connection-failure.js';
import { OperatorError } from '../http/operator-error.js';
import { visible } from '../i18n/visible.js';

/** What the system tells of a file, in plain words. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};

/**
 * Runs what reads a source, and tells a failure as one of the source: others are of Kunci's own database.
 * @throws OperatorError
 */
export async function reading<T>(title: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const { message, code = '' } = error as NodeJS.ErrnoException;
    const what = WORDS[code] ?? explainConnection(error)?.reason ?? visible(message || code);
    throw new OperatorError(`${title} cannot be read: ${what}${code ? ` (${code})` : ''}`, { cause: error });
  }
}

export function noTable(name: string, tables: readonly string[]): OperatorError {
  const there =
    tables.length > 0 ? `There are: ${tables.map(visible).join(', ')}` : 'There are none that this user may see';
  return new OperatorError(`There is no table ${visible(name)}. ${there}.\nSay which it is: --table NAME.`);
}

/** Without one no page could begin where the one before ended. */
export function noKey(name: string): OperatorError {
  return new OperatorError(
    `${visible(name)} has no primary key, so that its rows cannot be told apart. Write it to a CSV file and adopt that.`,
  );
}
