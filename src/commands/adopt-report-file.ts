import { type FileHandle, lstat, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type LeftOut, REASONS, type Renumbered } from '../adoption/reported-rows.js';
import { OperatorError } from '../http/operator-error.js';
import { visible } from '../i18n/visible.js';

const HEAD = ['position', 'id', 'email', 'note'];

/** Its owner's alone: it names people. */
const MODE = 0o600;

/**
 * A CSV file of the rows that stayed behind, and of those whose account has another id. It is written beside its place and moved there at the end, if there was a
 * row: what stood there is replaced, never written into, for it might be a link or open to others.
 */
export class AdoptReportFile {
  /** Whether there was a row. */
  isWritten = false;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /**
   * Before anything else is done, because a row that cannot be told of would be lost.
   * @param others files that it must not replace: what is read, and what is written
   * @throws OperatorError if there is no place for it
   */
  static async create(path: string, others: readonly string[]): Promise<AdoptReportFile> {
    try {
      await expectReplaceable(path, others);
      await rm(partOf(path), { force: true });
      const file = await open(partOf(path), 'wx', MODE);
      await file.write(csvLine(HEAD));
      return new AdoptReportFile(path, file);
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      const why = code === 'ENOENT' ? `there is no folder ${dirname(path)}.` : message;
      throw new OperatorError(`The report cannot be written: ${visible(why)}`, { cause: error });
    }
  }

  async leave({ position, id, email, reason, other }: LeftOut): Promise<void> {
    const why = other === undefined ? REASONS[reason] : `${REASONS[reason]}: ${other}`;
    await this.add(position, id, email, why);
  }

  async renumber({ position, id, email, newId }: Renumbered): Promise<void> {
    await this.add(
      position,
      id,
      email,
      newId === undefined ? 'it gets a new id' : `its account has a new id: ${newId}`,
    );
  }

  async close(): Promise<void> {
    await this.file.close();
    if (this.isWritten) await rename(partOf(this.path), this.path);
    else await rm(partOf(this.path), { force: true });
  }

  private async add(...cells: readonly string[]): Promise<void> {
    this.isWritten = true;
    await this.file.write(csvLine(cells));
  }
}

const partOf = (path: string) => `${path}.part`;

async function expectReplaceable(path: string, others: readonly string[]): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there && !there.isFile() && !there.isSymbolicLink()) throw new Error(`${path} is no file.`);
  const places = await Promise.all([path, ...others].map((each) => realpath(each).catch(() => undefined)));
  const [place, ...taken] = places;
  if (place !== undefined && taken.includes(place)) throw new Error(`${path} holds what is read or written here.`);
}

/**
 * RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV Injection"); what a
 * terminal would obey is not shown.
 */
export function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) => {
    const text = /^[=+\-@＝＋－＠\t\r\n]/.test(cell) ? `'${cell}` : cell;
    return `"${visible(text).replaceAll('"', '""')}"`;
  });
  return `${quoted.join(',')}\r\n`;
}
