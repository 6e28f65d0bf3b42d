import { type Command, Option } from 'commander';
import { OperatorError } from '../account/operator-error.js';
import { AdoptionModule } from '../adoption/adoption.module.js';
import { AdoptionService, type Tally } from '../adoption/adoption.service.js';
import { sum } from '../adoption/left-out.js';
import { type Survey, survey } from '../adoption/survey.js';
import type { AuditService } from '../audit/audit.service.js';
import { loadEnvFile, readCommandSettings, readSources } from '../config/env.js';
import type { DatabaseSettings, Settings } from '../config/settings.js';
import { type Columns, columnsOf, type FieldMap, parseMap } from '../sources/fields.js';
import { openSource } from '../sources/open-source.js';
import { parseLocation, type SourceLocation } from '../sources/source-location.js';
import type { Source } from '../sources/source.js';
import { describeSurvey, describeTally, toMembers } from './adopt-report.js';
import { interruption } from './interruption.js';
import { LeftOutFile } from './left-out-file.js';
import { print, toJson } from './output.js';
import { Progress } from './progress.js';
import { confirm } from './prompt.js';
import { findPassword } from './server-password.js';
import { type Services, withServices } from './with-services.js';

const REPORT = 'adopt-left-out.csv';

/** Nobody waits for an answer here: a batch may wait for others that write. */
const DEADLINE_MS = 60_000;

/** What scripts go by, beside those of every command. */
const EXIT = { leftOut: 3, interrupted: 130 } as const;

const OWN_TABLE =
  "The table users is Kunci's own. Rename yours before Kunci starts for the first time, and adopt it by its new name:\n" +
  '  ALTER TABLE users RENAME TO users_before;\n  kunci adopt --in-place --table users_before';

interface AdoptOptions {
  from?: string;
  inPlace?: boolean;
  table: string;
  map?: FieldMap;
  dryRun?: boolean;
  yes?: boolean;
  report?: string;
  json?: boolean;
}

export function addAdoptCommand(program: Command): void {
  program
    .command('adopt')
    .description('take over the accounts of another system, with their ids and passwords; the source is only read')
    .addOption(
      new Option('--from <source>', 'mysql://USER@HOST/DATABASE, sqlite:PATH, FILE.csv or FILE.jsonl').conflicts(
        'inPlace',
      ),
    )
    .option('--in-place', "a table in Kunci's own database")
    .option('--table <name>', 'the table of their accounts', 'user')
    .option('--map <field=column,...>', 'where columns have other names, or more are taken along', parseMap)
    .option('--dry-run', 'say what would happen, and write nothing into the database')
    .option('--yes', 'ask nothing')
    .option('--report <file>', `CSV of the rows that were left out (without a dry run: ${REPORT})`)
    .option('--json', 'for machines: what came of it; what was found is told on standard error')
    .addHelpText(
      'after',
      '\nThe password of the source: in ADOPT_PASSWORD, in the file ADOPT_PASSWORD_FILE, or typed.\n' +
        'Exit code: 0 all came along, 3 some were left out, 1 it failed, 2 wrong usage, 130 it was stopped.',
    )
    .action(adopt);
}

async function adopt(options: AdoptOptions): Promise<void> {
  loadEnvFile();
  const settings = readCommandSettings();
  const source = await openSource(await locate(options, settings.database), options.table);
  try {
    const columns = columnsOf(source.columns, options.map ?? {});
    const progress = new Progress();
    const found = await survey(source, columns, progress.tell);
    progress.clear();
    const description = `${describeSurvey(source, columns, found)}\n`;
    if (options.json) process.stderr.write(`${description}\n`);
    else await print(description);
    if (!options.dryRun && !options.yes) await expectConsent(found, settings.database);
    const run = { source, columns, found, options, progress };
    const work = (services: Services, audit: AuditService) => carryOut(services.get(AdoptionService), audit, run);
    await withServices([AdoptionModule], work, patient(settings));
  } finally {
    await source.close();
  }
}

async function locate({ from, inPlace, table }: AdoptOptions, own: DatabaseSettings): Promise<SourceLocation> {
  if (inPlace) {
    if (table.toLowerCase() === 'users') throw new OperatorError(OWN_TABLE);
    return own.type === 'sqlite' ? { kind: 'sqlite', path: own.path } : { kind: 'server', ...own, database: own.name };
  }
  if (from === undefined) throw new OperatorError('Say where the accounts are: --from SOURCE, or --in-place.');
  const location = parseLocation(from);
  if (location.kind !== 'server') return location;
  return { ...location, password: await findPassword(location, 'ADOPT_PASSWORD', readSources().environment) };
}

async function expectConsent({ rows, leftOut }: Survey, database: DatabaseSettings): Promise<void> {
  const target = database.type === 'sqlite' ? database.path : `${database.name} at ${database.host}:${database.port}`;
  const isMeant = await confirm(`Adopt ${rows - sum(leftOut)} accounts into ${target}?`);
  if (!isMeant) throw new OperatorError('Nothing was changed. Answer y, or say --yes in a script.');
}

function patient(settings: Settings): Settings {
  return { ...settings, database: { ...settings.database, deadlineMs: DEADLINE_MS } };
}

interface Run {
  readonly source: Source;
  readonly columns: Columns;
  readonly found: Survey;
  readonly options: AdoptOptions;
  readonly progress: Progress;
}

async function carryOut(service: AdoptionService, audit: AuditService, run: Run): Promise<string> {
  const { source, columns, found, progress, options } = run;
  const isDryRun = options.dryRun ?? false;
  const path = options.report ?? (isDryRun ? undefined : REPORT);
  const file = path === undefined ? undefined : new LeftOutFile(path);
  const record = (detail: string) => isDryRun || audit.record('user_created', { detail: `adoption ${detail}` });
  interruption.addEventListener('abort', () => process.stderr.write('It stops after this batch.\n'));
  record(`begins: ${found.rows} rows`);
  try {
    const tally = await service.adopt({
      source,
      columns,
      survey: found,
      isDryRun,
      leave: (row) => file?.add(row),
      tell: progress.tell,
      shouldStop: () => interruption.aborted,
    });
    progress.clear();
    record(`ends: ${tally.adopted} adopted, ${tally.alreadyHere} already here, ${sum(tally.leftOut)} left out`);
    process.exitCode = exitCodeOf(tally);
    const outcome = { tally, isDryRun, reportPath: file?.isWritten ? file.path : undefined };
    return options.json ? toJson(toMembers(found, outcome), 2) : describeTally(outcome);
  } catch (error) {
    progress.clear();
    record('failed');
    process.stderr.write('It failed before the end. What was adopted stays: run the same command again to go on.\n');
    throw error;
  } finally {
    await file?.close();
  }
}

function exitCodeOf(tally: Tally): number {
  if (tally.isStopped) return EXIT.interrupted;
  return tally.leftOut.size > 0 ? EXIT.leftOut : 0;
}
