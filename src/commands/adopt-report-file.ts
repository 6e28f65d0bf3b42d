import { randomUUID } from 'node:crypto';
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
    private readonly path: string,
    /** Where it stands. */
    public place: string,
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
      const part = `${path}.${randomUUID()}.part`;
      const file = await open(part, 'wx', MODE);
      await file.write(csvLine(HEAD));
      return new AdoptReportFile(path, part, file);
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

  /** Never fails: what was adopted is to be told. Where its place cannot be taken, the report stays beside it. */
  async close(): Promise<void> {
    await this.file.close().catch(() => undefined);
    if (!this.isWritten) return rm(this.place, { force: true }).catch(() => undefined);
    await rename(this.place, this.path).then(
      () => (this.place = this.path),
      () => undefined,
    );
  }

  private async add(...cells: readonly string[]): Promise<void> {
    this.isWritten = true;
    await this.file.write(csvLine(cells));
  }
}

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
