import { printOf } from './address-prints.js';
import type { Candidate } from './judge.js';

type Place = Pick<Candidate, 'position' | 'id' | 'sourceId'>;

/** Of rows whose addresses are one person's: which of them comes along. */
export class SamePerson {
  private readonly firsts = new Map<string, Place>();
  /** How many rows stay behind for another. */
  repeats = 0;

  /** @param suspects prints of addresses that may be there more than once */
  constructor(private readonly suspects: ReadonlySet<bigint>) {}

  get hasSuspects(): boolean {
    return this.suspects.size > 0;
  }

  add({ emailCanonical, position, id, sourceId }: Candidate): void {
    if (!this.suspects.has(printOf(emailCanonical))) return;
    const first = this.firsts.get(emailCanonical);
    if (first) this.repeats += 1;
    if (!first || (id ?? Infinity) < (first.id ?? Infinity))
      this.firsts.set(emailCanonical, { position, id, sourceId });
  }

  /** @returns the row that comes along, if it is another one; of the lowest id, or the first */
  otherThan({ emailCanonical, position }: Candidate): Place | undefined {
    const first = this.firsts.get(emailCanonical);
    return first && first.position !== position ? first : undefined;
  }
}
