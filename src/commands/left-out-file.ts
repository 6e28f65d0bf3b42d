import { type FileHandle, open, rm } from 'node:fs/promises';
import { OperatorError } from '../account/operator-error.js';
import { type LeftOut, REASONS } from '../adoption/left-out.js';
import { visible } from '../i18n/visible.js';

const HEAD = ['position', 'id', 'email', 'reason'];

/** Its owner's alone: it names people. */
const MODE = 0o600;

/**
 * A CSV file of the rows that stayed behind, made when there is a first one. A file of that name is replaced, never
 * written into: it might be a link, or open to others.
 */
export class LeftOutFile {
  private file: FileHandle | undefined;

  constructor(readonly path: string) {}

  get isWritten(): boolean {
    return this.file !== undefined;
  }

  async add({ position, id, email, reason, other }: LeftOut): Promise<void> {
    this.file ??= await this.create();
    const why = other === undefined ? REASONS[reason] : `${REASONS[reason]}: ${other}`;
    await this.file.write(csvLine([position, id, email, why]));
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  private async create(): Promise<FileHandle> {
    try {
      await rm(this.path, { force: true });
      const file = await open(this.path, 'wx', MODE);
      await file.write(csvLine(HEAD));
      return file;
    } catch (error) {
      const { message } = error as Error;
      throw new OperatorError(`The report cannot be written: ${visible(message)}`, { cause: error });
    }
  }
}

/** RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV Injection"). */
export function csvLine(cells: readonly string[]): string {
  const quoted = cells.map(
    (cell) => `"${(/^[=+\-@＝＋－＠\t\r\n]/.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`,
  );
  return `${quoted.join(',')}\r\n`;
}
