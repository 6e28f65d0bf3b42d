import type { Tally } from '../adoption/adoption.service.js';
import { REASONS, type Reason, sum } from '../adoption/reported-rows.js';
import type { Survey } from '../adoption/survey.js';
import { visible } from '../i18n/visible.js';
import type { Columns } from '../sources/fields.js';
import type { Source } from '../sources/source.js';

const CLEAR_TEXT =
  'If these are passwords in clear text, do not adopt them: leave the column out with --map password=.';

/** What came of a run. */
export interface Outcome {
  readonly tally: Tally;
  readonly isDryRun: boolean;
  /** Of the CSV file, if a row was left out. */
  readonly reportPath: string | undefined;
}

/** What was found, before anything is asked or written. */
export function describeSurvey({ title, columns: available }: Source, columns: Columns, survey: Survey): string {
  const { rows, kinds, leftOut } = survey;
  const taken = [...columns].map(([field, column]) => (field === column ? field : `${field} from ${visible(column)}`));
  const valid = sum(kinds);
  const unknown = kinds.get('unknown') ?? 0;
  const without = unknown + (kinds.get('none') ?? 0);
  return [
    `Found: ${title}`,
    `Columns: ${available.map(visible).join(', ')}`,
    `Taken along: ${taken.join(', ')}`,
    `Rows: ${rows}`,
    ...(valid > 0 ? [`Hashes of passwords${valid < rows ? `, of the ${valid} rows that are valid` : ''}:`] : []),
    ...table([...kinds].sort((a, b) => b[1] - a[1])),
    ...(without > 0 ? [unknownHashes(without)] : []),
    ...(unknown > 0 ? [CLEAR_TEXT] : []),
    `Cannot come along: ${sum(leftOut)}`,
    ...reasons(leftOut),
  ].join('\n');
}

export function describeTally({ tally, isDryRun, reportPath }: Outcome): string {
  const { rows, adopted, alreadyHere, otherHashes, newIds, unknownHashes: unknown, namedByAddress, leftOut } = tally;
  const left = sum(leftOut);
  return [
    isDryRun ? 'A dry run: nothing was written.' : tally.isStopped ? 'Stopped before the end.' : 'Done.',
    ...table([
      ['rows', rows],
      [isDryRun ? 'would be adopted' : 'adopted', adopted],
      ['already here', alreadyHere],
      ['left out', left],
    ]),
    ...(newIds > 0 ? [`With a new id, because the source has none to keep or it is not free: ${newIds}.`] : []),
    ...(namedByAddress > 0 ? [`Without a name, and called by what stands before their @: ${namedByAddress}.`] : []),
    ...(unknown > 0 ? [unknownHashes(unknown)] : []),
    ...(otherHashes > 0 ? [otherPasswords(otherHashes)] : []),
    ...(left > 0 ? ['Left out:', ...reasons(leftOut)] : []),
    ...(tally.reported > 0
      ? [reportPath === undefined ? 'Name a file with --report to see which.' : `Which: ${reportPath}`]
      : []),
    ...(tally.isStopped ? ['Run the same command again to go on: nobody is adopted twice.'] : []),
  ].join('\n');
}

/** For machines: `adopted`, `already_here` and those of `left_out` are `rows` together, if it was not stopped. */
export function toMembers({ kinds }: Survey, { tally, isDryRun, reportPath }: Outcome): object {
  return {
    dry_run: isDryRun,
    stopped: tally.isStopped,
    rows: tally.rows,
    hashes: Object.fromEntries(kinds),
    adopted: tally.adopted,
    new_ids: tally.newIds,
    named_by_address: tally.namedByAddress,
    unknown_hashes: tally.unknownHashes,
    already_here: tally.alreadyHere,
    other_hashes: tally.otherHashes,
    left_out: Object.fromEntries(tally.leftOut),
    report: reportPath ?? null,
  };
}

function unknownHashes(count: number): string {
  return (
    `With a hash of no known kind, or none: ${count}. They log in once they have chosen a new password by "Forgot password", ` +
    'which needs a mail server (SMTP_URL).'
  );
}

function otherPasswords(count: number): string {
  return (
    `${count} of those already here have another hash than the source. After an earlier run they logged in since. If this is ` +
    'the first run, somebody registered with their address.'
  );
}

function reasons(leftOut: ReadonlyMap<Reason, number>): string[] {
  return table([...leftOut].map(([reason, count]) => [REASONS[reason], count]));
}

function table(lines: readonly (readonly [string, number])[]): string[] {
  const width = Math.max(...lines.map(([, count]) => String(count).length));
  return lines.map(([what, count]) => `  ${String(count).padStart(width)}  ${what}`);
}
