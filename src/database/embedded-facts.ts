import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
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
}

export interface EmbeddedFacts {
  /** `ok`, or the first thing that is broken. */
  readonly integrity: string;
  readonly isWriteAhead: boolean;
}

export function readPlaceFacts(path: string): PlaceFacts {
  let folder = dirname(path);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  const isBelowFile = !statSync(folder).isDirectory();
  if (isBelowFile) folder = dirname(folder);
  const file = isBelowFile ? undefined : statSync(path, { throwIfNoEntry: false });
  const { bavail, bsize } = statfsSync(folder);
  return {
    path,
    state: isBelowFile ? 'below a file' : file?.isDirectory() ? 'a folder' : file ? 'there' : 'not yet',
    folder,
    isWritable: isWritable(folder) && (file === undefined || isWritable(path)),
    // On Windows these bits say nothing.
    isReadableByOthers:
      process.platform !== 'win32' &&
      file !== undefined &&
      (file.mode & 0o044) !== 0 &&
      (statSync(folder).mode & 0o011) !== 0,
    freeBytes: bavail * bsize,
  };
}

export async function readEmbeddedFacts(dataSource: DataSource): Promise<EmbeddedFacts> {
  const [check] = await dataSource.query<[{ quick_check: string }]>('PRAGMA quick_check(1)');
  const [mode] = await dataSource.query<[{ journal_mode: string }]>('PRAGMA journal_mode');
  return { integrity: check.quick_check, isWriteAhead: mode.journal_mode === 'wal' };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
