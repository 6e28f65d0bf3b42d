import { dirname } from 'node:path';
import type { PlaceFacts } from '../database/embedded-facts.js';
import { type Finding, fault, ok, warning } from './finding.js';

const MEGABYTE = 1024 * 1024;

/** Below the first nothing can be trusted to be written; below the second someone should look. */
const LEAST_BYTES = 50 * MEGABYTE;
const FEW_BYTES = 1024 * MEGABYTE;

/** Where the SQLite file is, or will be. */
export function checkPlace(place: PlaceFacts): Finding[] {
  const { path, state, folder, isWritable } = place;
  if (state === 'a folder') return [fault('database', `${path} is a folder.`, 'Let DB_PATH name a file.')];
  if (state === 'below a file') {
    return [fault('database', `${dirname(path)} is no folder.`, 'Let DB_PATH name a file in a folder.')];
  }
  if (!isWritable) {
    return [
      fault(
        'database',
        `${state === 'there' ? `${path} or its folder` : folder} cannot be read and written by this user.`,
        'Run it as the user that the server runs as; give that user the folder: chown, chmod 700.',
      ),
    ];
  }
  const reached = state === 'there' ? [] : [ok('database', `${path} is not there yet: the first start makes it.`)];
  return [...reached, checkPrivacy(place), checkSpace(place), ...checkJournal(place)];
}

function checkPrivacy({ path, isReadableByOthers }: PlaceFacts): Finding {
  if (!isReadableByOthers) return ok('database-file', 'Only its owner can read the database.');
  return warning(
    'database-file',
    `Others on this machine can read ${path}: hashes and addresses of all people.`,
    `chmod 600 ${path}* && chmod 700 ${dirname(path)}, both owned by the user that the server runs as (chown).`,
  );
}

export function checkSpace({ folder, freeBytes }: Pick<PlaceFacts, 'folder' | 'freeBytes'>): Finding {
  const free = `${Math.floor(freeBytes / MEGABYTE)} MB are free in ${folder}`;
  if (freeBytes >= FEW_BYTES) return ok('disk-space', `${free}.`);
  const make = freeBytes < LEAST_BYTES ? fault : warning;
  return make(
    'disk-space',
    `Only ${free}: once it is full, nobody can register or log in.`,
    'Make room, or move DB_PATH.',
  );
}

/** A server that runs has this mode; a start turns it on. */
function checkJournal({ isWriteAhead }: PlaceFacts): Finding[] {
  if (isWriteAhead === undefined) return [];
  if (isWriteAhead) return [ok('journal', 'It writes ahead (WAL): reading and writing do not wait for each other.')];
  return [
    warning(
      'journal',
      'It does not write ahead (WAL): reading and writing wait for each other.',
      'Start the server once, which turns it on; a network drive cannot have it: move DB_PATH to a disk.',
    ),
  ];
}

/** @param integrity what SQLite says of its file */
export function checkIntegrity(integrity: string): Finding {
  if (integrity === 'ok') return ok('integrity', 'SQLite finds nothing broken in its file.');
  const what = integrity.replace(/\s+/g, ' ');
  return fault('integrity', `The file is broken: ${what}.`, 'Stop the server and go back to your last backup.');
}
