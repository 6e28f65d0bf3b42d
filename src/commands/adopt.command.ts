import { type Command, Option } from 'commander';
import { SchemaOutdatedError } from '../database/database-connection.js';
import { OperatorError, UsageError } from '../http/operator-error.js';
import { AdoptionModule } from '../adoption/adoption.module.js';
import { AdoptionService, type Tally } from '../adoption/adoption.service.js';
import { sum } from '../adoption/reported-rows.js';
import { type Survey, survey } from '../adoption/survey.js';
import type { AuditService } from '../audit/audit.service.js';
import { loadEnvFile, readCommandSettings, readSources } from '../config/env.js';
import type { DatabaseSettings, Settings } from '../config/settings.js';
import { type Columns, columnsOf, type FieldMap, parseMap } from '../sources/fields.js';
import { openSource } from '../sources/open-source.js';
import { parseLocation, type SourceLocation } from '../sources/source-location.js';
import type { Source } from '../sources/source.js';
import { describeSurvey, describeTally, toMembers } from './adopt-report.js';
import { INTERRUPTED, interruption } from './interruption.js';
import { AdoptReportFile } from './adopt-report-file.js';
import { print, toJson } from './output.js';
import { Progress } from './progress.js';
import { confirm } from './prompt.js';
import { findPassword } from './server-password.js';
import { type Services, withServices } from './with-services.js';

const REPORT = 'adopt-report.csv';

/** What Flask-SQLAlchemy calls it. */
const TABLE = 'user';

/** Nobody waits for an answer here: a batch may wait for others that write. */
const DEADLINE_MS = 60_000;

/** The exit code that scripts go by, beside those of every command. */
const LEFT_OUT = 3;

const OWN_TABLE =
  "The table users is Kunci's own. Rename yours before Kunci starts for the first time, and adopt it by its new name:\n" +
  '  ALTER TABLE users RENAME TO users_before;\n  kunci adopt --in-place --table users_before';

const NO_TABLES =
  'The tables of Kunci are missing or of an older version, and a dry run makes none: start Kunci once, or run `npm run migration:run`.';

interface AdoptOptions {
  from?: string;
  inPlace?: boolean;
  table?: string;
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
    .option('--table <name>', `the table of their accounts (without it: ${TABLE})`)
    .option('--map <field=column,...>', 'where columns have other names, or more are taken along', parseMap)
    .option('--dry-run', 'say what would happen, and write nothing into the database')
    .option('--yes', 'ask nothing')
    .option('--report <file>', `CSV of the rows that were left out or got a new id (without a dry run: ${REPORT})`)
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
  const settings = settingsOf(options, readCommandSettings());
  const location = await locate(options, settings.database);
  const source = await openSource(location, options.table ?? TABLE);
  try {
    const columns = columnsOf(source.columns, options.map ?? {});
    const progress = new Progress();
    const found = await survey(source, columns, progress.tell);
    progress.clear();
    const description = `${describeSurvey(source, columns, found)}\n`;
    if (options.json) process.stderr.write(`${description}\n`);
    else await print(description);
    if (!options.dryRun && !options.yes) await expectConsent(found, settings.database);
    const run = { source, columns, found, options, progress, files: filesOf(location, settings.database) };
    const work = (services: Services, audit: AuditService) => carryOut(services.get(AdoptionService), audit, run);
    await withServices([AdoptionModule], work, { settings }).catch((error: unknown) => {
      throw options.dryRun && error instanceof SchemaOutdatedError ? new OperatorError(NO_TABLES) : error;
    });
  } finally {
    await source.close();
  }
}

/** A dry run makes no tables either. */
function settingsOf({ dryRun = false }: AdoptOptions, settings: Settings): Settings {
  const { database } = settings;
  const migrate = database.migrate && !dryRun;
  return { ...settings, database: { ...database, migrate, deadlineMs: DEADLINE_MS } };
}

function filesOf(...places: readonly (SourceLocation | DatabaseSettings)[]): string[] {
  return places.flatMap((place) => ('path' in place ? [place.path] : []));
}

async function locate({ from, inPlace, table }: AdoptOptions, own: DatabaseSettings): Promise<SourceLocation> {
  if (inPlace) {
    if (table?.toLowerCase() === 'users') throw new OperatorError(OWN_TABLE);
    return own.type === 'sqlite' ? { kind: 'sqlite', path: own.path } : { kind: 'server', ...own, database: own.name };
  }
  if (from === undefined) throw new UsageError('Say where the accounts are: --from SOURCE, or --in-place.');
  const location = parseLocation(from);
  if (table !== undefined && isTextFile(location))
    throw new UsageError('A CSV or JSON Lines file has no tables: leave --table out.');
  if (location.kind !== 'server') return location;
  return { ...location, password: await findPassword(location, 'ADOPT_PASSWORD', readSources().environment) };
}

const isTextFile = ({ kind }: SourceLocation) => kind === 'csv' || kind === 'json-lines';

async function expectConsent({ rows, leftOut }: Survey, database: DatabaseSettings): Promise<void> {
  const target = database.type === 'sqlite' ? database.path : `${database.name} at ${database.host}:${database.port}`;
  const isMeant = await confirm(`Adopt up to ${rows - sum(leftOut)} accounts into ${target}?`);
  if (!isMeant) throw new OperatorError('Nothing was changed. Answer y, or say --yes in a script.');
}

interface Run {
  readonly source: Source;
  readonly columns: Columns;
  readonly found: Survey;
  readonly options: AdoptOptions;
  readonly progress: Progress;
  /** What is read and written, if these are files. */
  readonly files: readonly string[];
}

async function carryOut(service: AdoptionService, audit: AuditService, run: Run): Promise<string> {
  const { source, columns, found, progress, options } = run;
  const isDryRun = options.dryRun ?? false;
  const path = options.report ?? (isDryRun ? undefined : REPORT);
  const file = path === undefined ? undefined : await AdoptReportFile.create(path, run.files);
  const record = (detail: string) => isDryRun || audit.record('user_created', { detail: `adoption ${detail}` });
  interruption.addEventListener('abort', () => {
    progress.clear();
    process.stderr.write('It stops after this batch.\n');
  });
  record(`begins: ${found.rows} rows`);
  let tally: Tally;
  try {
    tally = await service.adopt({
      source,
      columns,
      survey: found,
      isDryRun,
      leave: (row) => file?.leave(row),
      renumber: (row) => file?.renumber(row),
      tell: progress.tell,
      shouldStop: () => interruption.aborted,
    });
  } catch (error) {
    record('failed');
    process.stderr.write('It failed before the end. What was adopted stays: run the same command again to go on.\n');
    throw error;
  } finally {
    progress.clear();
    await file?.close();
  }
  record(`ends: ${tally.adopted} adopted, ${tally.alreadyHere} already here, ${sum(tally.leftOut)} left out`);
  process.exitCode = exitCodeOf(tally);
  const outcome = { tally, isDryRun, reportPath: file?.isWritten ? file.place : undefined };
  return options.json ? toJson(toMembers(found, outcome), 2) : describeTally(outcome);
}

function exitCodeOf(tally: Tally): number {
  if (tally.isStopped) return INTERRUPTED;
  return tally.leftOut.size > 0 ? LEFT_OUT : 0;
}
