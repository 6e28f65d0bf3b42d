import { describe, expect, it } from '@jest/globals';
import type { Occupied } from '../users/users-import.service.js';
import { printOf } from './address-prints.js';
import { decide } from './batch.js';
import type { Candidate } from './judge.js';
import { SamePerson } from './same-person.js';

const row = (position: string, id: number | undefined, email: string, passwordHash = 'theirs'): Candidate => ({
  position,
  sourceId: id === undefined ? '' : String(id),
  id,
  name: 'Ana',
  email,
  emailCanonical: email.toLowerCase(),
  passwordHash,
  kind: 'unknown',
  isNamedByAddress: false,
  emailVerifiedAt: null,
  createdAt: undefined,
  lockedAt: null,
  language: null,
});

const NOBODY = new SamePerson(new Set());
const EMPTY: Occupied = { byAddress: new Map(), ids: new Set() };
const occupiedBy = (email: string, id: number, passwordHash: string): Occupied => ({
  byAddress: new Map([[email, { id, passwordHash }]]),
  ids: new Set([id]),
});

describe('decide', () => {
  it('keeps ids that are free, writes these first, and gives new ones to the others', () => {
    const rows = [row('2', 6, 'b@x'), row('1', 5, 'a@x'), row('3', undefined, 'c@x'), row('4', 5, 'd@x')];
    const { users, newIds, renumbered } = decide(rows, { ...EMPTY, ids: new Set([6]) }, NOBODY);
    expect(users.map(({ id, email }) => [id, email])).toEqual([
      [5, 'a@x'],
      [undefined, 'b@x'],
      [undefined, 'c@x'],
      [undefined, 'd@x'],
    ]);
    expect(newIds).toBe(3);
    expect(renumbered.map(({ sourceId, email }) => [sourceId, email])).toEqual([
      ['6', 'b@x'],
      ['5', 'd@x'],
    ]);
    expect(Object.keys(users[0]!)).not.toContain('position');
  });

  it.each([
    ['under its id', 5, 'theirs', 0],
    ['under its id with a hash of later', 5, 'upgraded', 1],
    ['under a new id', 9, 'theirs', 0],
  ])('knows who is already here: %s', (_how, id, hash, otherHashes) => {
    const decision = decide([row('1', 5, 'A@x')], occupiedBy('a@x', id, hash), NOBODY);
    expect(decision).toMatchObject({ users: [], alreadyHere: [{ position: '1' }], leftOut: [], otherHashes });
  });

  it('leaves an address to the account that has it', () => {
    const { users, leftOut } = decide([row('1', 5, 'A@x')], occupiedBy('a@x', 9, 'another'), NOBODY);
    expect([users, leftOut]).toEqual([[], [{ position: '1', id: '5', email: 'A@x', reason: 'taken', other: '9' }]]);
  });

  it('takes one of two rows of one person, also if the second is new since the source was looked at', () => {
    const { users, leftOut } = decide([row('1', 5, 'a@x'), row('2', 6, 'A@x')], EMPTY, NOBODY);
    expect(users).toHaveLength(1);
    expect(leftOut).toMatchObject([{ position: '2', reason: 'same_person', other: '5' }]);
  });
});

describe('SamePerson', () => {
  it('prefers the lowest id, then the first, and compares what only looks alike', () => {
    const rows = [row('1', 9, 'a@x'), row('2', 3, 'A@x'), row('3', undefined, 'a@X'), row('4', 1, 'b@x')];
    // As if the addresses of both shared a print.
    const same = new SamePerson(new Set([printOf('a@x'), printOf('b@x')]));
    rows.forEach((one) => same.add(one));
    expect(same.repeats).toBe(2);
    expect(rows.map((one) => same.otherThan(one)?.position)).toEqual(['2', undefined, '2', undefined]);
    const withoutIds = new SamePerson(new Set([printOf('a@x')]));
    const [first, second] = [row('1', undefined, 'a@x'), row('2', undefined, 'a@x')];
    [first, second].forEach((one) => withoutIds.add(one));
    expect([withoutIds.otherThan(first), withoutIds.otherThan(second)?.position]).toEqual([undefined, '1']);
  });
});
