import type { ImportedUser, Occupied } from '../users/users-import.service.js';
import type { Candidate } from './judge.js';
import type { LeftOut } from './reported-rows.js';
import type { SamePerson } from './same-person.js';

/** What becomes of the rows of one batch. Each row is in one of the three. */
export interface Decision {
  readonly newcomers: Candidate[];
  readonly alreadyHere: Candidate[];
  readonly leftOut: LeftOut[];
  /** The newcomers, as they are written. */
  readonly users: ImportedUser[];
  /** Of the newcomers: the source had no id, or not one that is free and can be kept. */
  readonly newIds: number;
  /** Of the newcomers with a new id: those that had one. */
  readonly renumbered: Candidate[];
  /** Of `alreadyHere`: those that have another id than the row, and which. */
  readonly renumberedBefore: { readonly row: Candidate; readonly id: number }[];
  /** Of `alreadyHere`: the account has the id of the row and another hash, from a login or a new password since. */
  readonly otherHashes: number;
}

/** Pure: who comes along, given what is in the table at this moment. */
export function decide(batch: readonly Candidate[], occupied: Occupied, samePerson: SamePerson): Decision {
  const newcomers: Candidate[] = [];
  const users: ImportedUser[] = [];
  const alreadyHere: Candidate[] = [];
  const leftOut: LeftOut[] = [];
  const ids = new Set(occupied.ids);
  const renumbered: Candidate[] = [];
  const renumberedBefore: Decision['renumberedBefore'] = [];
  const inBatch = new Map<string, Candidate>();
  let newIds = 0;
  let otherHashes = 0;
  const leave = ({ position, sourceId: id, email }: Candidate, reason: LeftOut['reason'], other: string) =>
    leftOut.push({ position, id, email, reason, other });
  for (const row of batch) {
    const there = occupied.byAddress.get(row.emailCanonical);
    // The second is new since the source was looked at.
    const first = samePerson.otherThan(row) ?? inBatch.get(row.emailCanonical);
    if (first) leave(row, 'same_person', first.sourceId || first.position);
    else if (there && there.id !== row.id && there.passwordHash !== row.passwordHash) {
      leave(row, 'taken', String(there.id));
    } else if (there) {
      alreadyHere.push(row);
      if (there.passwordHash !== row.passwordHash) otherHashes += 1;
      if (there.id !== row.id && row.sourceId !== '') renumberedBefore.push({ row, id: there.id });
    } else {
      const isFree = row.id !== undefined && !ids.has(row.id);
      if (isFree) ids.add(row.id);
      else newIds += 1;
      if (!isFree && row.sourceId !== '') renumbered.push(row);
      inBatch.set(row.emailCanonical, row);
      newcomers.push(row);
      users.push(toUser(row, isFree ? row.id : undefined));
    }
  }
  // First those with an id: SQLite gives the others the next ones after what is there at that moment, which may be theirs.
  users.sort((a, b) => Number(a.id === undefined) - Number(b.id === undefined));
  return { newcomers, alreadyHere, leftOut, users, newIds, renumbered, renumberedBefore, otherHashes };
}

/** What belongs into the table and nothing else. */
function toUser(row: Candidate, id: number | undefined): ImportedUser {
  const { name, email, emailCanonical, passwordHash, emailVerifiedAt, createdAt, lockedAt, language } = row;
  return { id, name, email, emailCanonical, passwordHash, emailVerifiedAt, createdAt, lockedAt, language };
}
