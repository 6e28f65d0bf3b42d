import { AddressPrints } from './address-prints.js';
import type { Columns } from '../sources/fields.js';
import { isLeftOut, judge, type PasswordKind, readId } from './judge.js';
import { count, type Counts, type Reason } from './reported-rows.js';
import { SamePerson } from './same-person.js';
import type { Source } from '../sources/source.js';

/** What a source holds, before anything is written. */
export interface Survey {
  readonly rows: number;
  /** Of the rows that can be judged. */
  readonly kinds: Counts<PasswordKind>;
  readonly leftOut: Counts<Reason>;
  /** Also of the rows that cannot come along: they may be mended. 0 if none is one that can be kept. */
  readonly largestId: number;
  readonly samePerson: SamePerson;
}

/** Called after each page with the rows so far and those of all passes, if that is known. */
export type Tell = (what: string, rows: number, ofRows: number | undefined) => void;

/** Reads everything once, and once more if there may be two rows of one person. */
export async function survey(source: Source, columns: Columns, tell: Tell): Promise<Survey> {
  const kinds: Counts<PasswordKind> = new Map();
  const leftOut: Counts<Reason> = new Map();
  const prints = new AddressPrints();
  const now = new Date();
  let rows = 0;
  let largestId = 0;
  for await (const page of source.pages(columns)) {
    for (const row of page) {
      const judged = judge(row, now);
      largestId = Math.max(largestId, readId(row.values?.id) ?? 0);
      if (isLeftOut(judged)) {
        count(leftOut, judged.reason);
        continue;
      }
      count(kinds, judged.kind);
      prints.add(judged.emailCanonical);
    }
    rows += page.length;
    tell('Looking at', rows, source.rowCount);
  }
  const samePerson = new SamePerson(prints.repeated());
  if (samePerson.hasSuspects) {
    let compared = 0;
    for await (const page of source.pages(columns)) {
      for (const row of page) {
        const judged = judge(row, now);
        if (!isLeftOut(judged)) samePerson.add(judged);
      }
      compared += page.length;
      tell('Comparing addresses of', compared, rows);
    }
    if (samePerson.repeats > 0) leftOut.set('same_person', samePerson.repeats);
  }
  return { rows, kinds, leftOut, largestId, samePerson };
}
