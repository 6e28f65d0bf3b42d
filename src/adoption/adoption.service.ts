import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { OperatorError } from '../http/operator-error.js';
import { type Occupied, UsersImportService } from '../users/users-import.service.js';
import { type Decision, decide } from './batch.js';
import type { Columns } from '../sources/fields.js';
import { type Candidate, isCandidate, isLeftOut, judge } from './judge.js';
import { count, type Counts, type LeftOut, type Reason, type Renumbered } from './reported-rows.js';
import type { Source, SourceRow } from '../sources/source.js';
import type { Survey, Tell } from './survey.js';

/** How often a batch is judged anew because somebody took an address or id in between. */
const ATTEMPTS = 5;

/** What became of the rows: `adopted`, `alreadyHere` and those left out are `rows` together. */
export interface Tally {
  rows: number;
  adopted: number;
  alreadyHere: number;
  /** Of those already here: with another hash than the source has. */
  otherHashes: number;
  /** Of the adopted: who did not keep an id. */
  newIds: number;
  /** Of the adopted: who logs in only by a link to choose a new password. */
  unknownHashes: number;
  /** Of the adopted: whose name is what stands before the @, because there was none. */
  namedByAddress: number;
  readonly leftOut: Counts<Reason>;
  /** Rows that were left out, or whose account has another id. */
  reported: number;
  /** It ended before the last row, because it was told to. */
  isStopped: boolean;
}

export interface AdoptionOrder {
  readonly source: Source;
  readonly columns: Columns;
  readonly survey: Survey;
  /** Everything but writing. */
  readonly isDryRun: boolean;
  readonly leave: (row: LeftOut) => Promise<void> | void;
  readonly renumber: (row: Renumbered) => Promise<void> | void;
  readonly tell: Tell;
  readonly shouldStop: () => boolean;
}

/**
 * Takes over the accounts of another system, a batch at a time. Whatever a batch leaves behind when the process is
 * killed is found by the next run as "already here".
 */
@Injectable()
export class AdoptionService {
  constructor(
    private readonly users: UsersImportService,
    private readonly audit: AuditService,
  ) {}

  async adopt(order: AdoptionOrder): Promise<Tally> {
    const { source, columns, survey, isDryRun, tell, shouldStop } = order;
    const tally = emptyTally();
    if (!isDryRun) await this.users.reserveIds(survey.largestId);
    for await (const page of source.pages(columns)) {
      await this.adoptPage(page, order, tally);
      tally.rows += page.length;
      tell(isDryRun ? 'Trying' : 'Adopting', tally.rows, survey.rows);
      // SQLite answers at once: without this no signal would come to its turn.
      await setImmediate();
      // Of the last page there is nothing left to stop.
      if (!shouldStop() || tally.rows >= survey.rows) continue;
      tally.isStopped = true;
      break;
    }
    return tally;
  }

  private async adoptPage(page: readonly SourceRow[], order: AdoptionOrder, tally: Tally): Promise<void> {
    const now = new Date();
    const judged = page.map((row) => judge(row, now));
    const candidates = judged.filter(isCandidate);
    const decision = await this.write(candidates, order);
    const { newcomers } = decision;
    tally.adopted += newcomers.length;
    tally.alreadyHere += decision.alreadyHere.length;
    tally.otherHashes += decision.otherHashes;
    tally.newIds += decision.newIds;
    tally.unknownHashes += newcomers.filter(({ kind }) => kind === 'unknown' || kind === 'none').length;
    tally.namedByAddress += newcomers.filter(({ isNamedByAddress }) => isNamedByAddress).length;
    for (const row of [...judged.filter(isLeftOut), ...decision.leftOut]) {
      count(tally.leftOut, row.reason);
      tally.reported += 1;
      await order.leave(row);
    }
    for (const row of await this.findRenumbered(decision, order.isDryRun)) {
      tally.reported += 1;
      await order.renumber(row);
    }
  }

  /** The database gave the ids: only now they are known. */
  private async findRenumbered({ renumbered, renumberedBefore }: Decision, isDryRun: boolean): Promise<Renumbered[]> {
    const toReport = ({ position, sourceId: id, email }: Candidate, newId?: number) => ({ position, id, email, newId });
    const before = renumberedBefore.map(({ row, id }) => toReport(row, id));
    if (isDryRun || renumbered.length === 0) return [...before, ...renumbered.map((row) => toReport(row))];
    const addresses = renumbered.map(({ emailCanonical }) => emailCanonical);
    const { byAddress } = await this.users.findOccupied(addresses, []);
    return [...before, ...renumbered.map((row) => toReport(row, byAddress.get(row.emailCanonical)?.id))];
  }

  private async write(candidates: readonly Candidate[], { survey, isDryRun }: AdoptionOrder): Promise<Decision> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const decision = decide(candidates, await this.findOccupied(candidates), survey.samePerson);
      if (isDryRun || decision.users.length === 0 || (await this.users.insert(decision.users))) return decision;
    }
    throw new OperatorError(
      `Addresses or ids were taken by others while they were written, ${ATTEMPTS} times in a row.`,
    );
  }

  /** The id of an account that is gone is not free either: what is told of it would be told of somebody else. */
  private async findOccupied(candidates: readonly Candidate[]): Promise<Occupied> {
    const idsOf = (rows: readonly Candidate[]) => rows.flatMap(({ id }) => id ?? []);
    const addresses = candidates.map(({ emailCanonical }) => emailCanonical);
    const { byAddress, ids } = await this.users.findOccupied(addresses, idsOf(candidates));
    const newcomers = candidates.filter(({ emailCanonical }) => !byAddress.has(emailCanonical));
    return { byAddress, ids: new Set([...ids, ...(await this.audit.findMentioned(idsOf(newcomers)))]) };
  }
}

function emptyTally(): Tally {
  return {
    rows: 0,
    adopted: 0,
    alreadyHere: 0,
    otherHashes: 0,
    newIds: 0,
    unknownHashes: 0,
    namedByAddress: 0,
    leftOut: new Map(),
    reported: 0,
    isStopped: false,
  };
}
