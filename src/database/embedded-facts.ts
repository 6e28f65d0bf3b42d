import { accessSync, closeSync, constants, existsSync, openSync, readSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DataSource } from 'typeorm';

/** What there is to know of the place of an SQLite file without opening it. */
export interface PlaceFacts {
  readonly path: string;
  readonly state: 'there' | 'not yet' | 'a folder' | 'below a file';
  /** Its folder, or the nearest one above that is there. */
  readonly folder: string;
  readonly isWritable: boolean;
  /** By others than its owner, through the folder. */
  readonly isReadableByOthers: boolean;
  readonly freeBytes: number;
  /** Undefined if there is no file to read. */
  readonly isWriteAhead: boolean | undefined;
}

/** The write version of a file that has a write-ahead log; 1 is the older kind of journal. */
const WRITES_AHEAD = 2;

export function readPlaceFacts(path: string): PlaceFacts {
  let folder = dirname(path);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  const isBelowFile = !statSync(folder).isDirectory();
  if (isBelowFile) folder = dirname(folder);
  const file = isBelowFile ? undefined : statSync(path, { throwIfNoEntry: false });
  const { bavail, bsize } = statfsSync(folder);
  const state = isBelowFile ? 'below a file' : file?.isDirectory() ? 'a folder' : file ? 'there' : 'not yet';
  const isUsable = isWritable(folder) && (file === undefined || isWritable(path));
  return {
    path,
    state,
    folder,
    isWritable: isUsable,
    // On Windows these bits say nothing.
    isReadableByOthers:
      process.platform !== 'win32' &&
      file !== undefined &&
      (file.mode & 0o044) !== 0 &&
      (statSync(folder).mode & 0o011) !== 0,
    freeBytes: bavail * bsize,
    isWriteAhead: state === 'there' && isUsable ? readWriteVersion(path) === WRITES_AHEAD : undefined,
  };
}

/** @returns `ok`, or the first thing in the file that is broken */
export async function readIntegrity(dataSource: DataSource): Promise<string> {
  const [check] = await dataSource.query<[{ quick_check: string }]>('PRAGMA quick_check(1)');
  return check.quick_check;
}

/**
 * Of the file's header (https://www.sqlite.org/fileformat.html), because an immutable database calls its journal off.
 * Never while SQLite has the file open here: closing it would take SQLite's locks away.
 */
function readWriteVersion(path: string): number | undefined {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(20);
    readSync(file, header, 0, header.length, 0);
    return header[18];
  } finally {
    closeSync(file);
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
