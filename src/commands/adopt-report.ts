import { printable } from '../adoption/adoption-error.js';
import type { Tally } from '../adoption/adoption.service.js';
import type { Columns } from '../adoption/fields.js';
import { REASONS, type Reason, sum } from '../adoption/left-out.js';
import type { Source } from '../adoption/source.js';
import type { Survey } from '../adoption/survey.js';

const CLEAR_TEXT =
  'If these are passwords in clear text, do not adopt them: leave the column out with --map password=.';

/** What was found, before anything is asked or written. */
export function describeSurvey({ title, columns: available }: Source, columns: Columns, survey: Survey): string {
  const { rows, kinds, leftOut } = survey;
  const taken = [...columns].map(([field, column]) =>
    field === column ? field : `${field} from ${printable(column)}`,
  );
  const unknown = kinds.get('unknown') ?? 0;
  return [
    `Found: ${title}`,
    `Columns: ${available.map(printable).join(', ')}`,
    `Taken along: ${taken.join(', ')}`,
    `Rows: ${rows}`,
    'Hashes of passwords:',
    ...table([...kinds].sort((a, b) => b[1] - a[1])),
    ...(unknown > 0 ? [unknownHashes(unknown), CLEAR_TEXT] : []),
    `Cannot come along: ${sum(leftOut)}`,
    ...reasons(leftOut),
  ].join('\n');
}

export function describeTally(tally: Tally, isDryRun: boolean, reportPath: string | undefined): string {
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
    ...(newIds > 0 ? [`With a new id, because theirs was not free or none to keep: ${newIds}.`] : []),
    ...(namedByAddress > 0 ? [`Without a name, and called by what stands before their @: ${namedByAddress}.`] : []),
    ...(unknown > 0 ? [unknownHashes(unknown)] : []),
    ...(otherHashes > 0 ? [otherPasswords(otherHashes)] : []),
    ...(left > 0 ? ['Left out:', ...reasons(leftOut)] : []),
    ...(left > 0
      ? [reportPath === undefined ? 'Name a file with --report to see which.' : `Which: ${reportPath}`]
      : []),
    ...(tally.isStopped ? ['Run the same command again to go on: nobody is adopted twice.'] : []),
  ].join('\n');
}

function unknownHashes(count: number): string {
  return `${count} have a hash of no known kind, or none: they log in once they chose a new password by "Forgot password".`;
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
