/** What a person can mend: a source that cannot be read, or a column that is not there. Never holds a password. */
export class AdoptionError extends Error {
  override readonly name = 'AdoptionError';
}

/** Control characters of a name or a message from elsewhere must not speak to the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\ufffd');
}

/** Runs what reads a source, and tells a failure as one of the source: others are of Kunci's own database. */
export async function reading<T>(title: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AdoptionError) throw error;
    const { message, code } = error as NodeJS.ErrnoException;
    const what = printable(message || String(code));
    throw new AdoptionError(`${title} cannot be read: ${what}${code ? ` (${code})` : ''}`, { cause: error });
  }
}
