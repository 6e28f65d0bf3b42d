import { visible } from '../i18n/visible.js';

/** What a person can mend: a source that cannot be read, or a column that is not there. Never holds a password. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/** Runs what reads a source, and tells a failure as one of the source: others are of Kunci's own database. */
export async function reading<T>(title: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const { message, code } = error as NodeJS.ErrnoException;
    const what = visible(message || String(code));
    throw new SourceError(`${title} cannot be read: ${what}${code ? ` (${code})` : ''}`, { cause: error });
  }
}

export function noTable(name: string, tables: readonly string[]): SourceError {
  const there =
    tables.length > 0 ? `There are: ${tables.map(visible).join(', ')}` : 'There are none that this user may see';
  return new SourceError(`There is no table ${visible(name)}. ${there}.\nSay which it is: --table NAME.`);
}

/** Without one no page could begin where the one before ended. */
export function noKey(name: string): SourceError {
  return new SourceError(
    `${visible(name)} has no primary key, so that its rows cannot be told apart. Write it to a CSV file and adopt that.`,
  );
}
