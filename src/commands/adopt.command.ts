import { type Command, Option } from 'commander';
import { AdoptionError, printable } from '../adoption/adoption-error.js';
import { AdoptionModule } from '../adoption/adoption.module.js';
import { AdoptionService, type Tally } from '../adoption/adoption.service.js';
import { type Columns, columnsOf, type FieldMap, parseMap } from '../adoption/fields.js';
import { LeftOutFile } from '../adoption/left-out-file.js';
import { sum } from '../adoption/left-out.js';
import { openSource } from '../adoption/open-source.js';
import { parseLocation, type SourceLocation } from '../adoption/source-location.js';
import type { Source } from '../adoption/source.js';
import { type Survey, survey } from '../adoption/survey.js';
import type { AuditService } from '../audit/audit.service.js';
import { readAdoptPassword } from '../config/adopt-password.js';
import { loadEnvFile, readCommandSettings, readSources } from '../config/env.js';
import type { DatabaseSettings, Settings } from '../config/settings.js';
import { describeSurvey, describeTally } from './adopt-report.js';
import { askSecret, confirm, isAtTerminal } from './ask.js';
import { Progress } from './progress.js';
import { type Services, withServices } from './with-services.js';

const REPORT = 'adopt-left-out.csv';

/** Nobody waits for an answer here: a batch may wait for others that write. */
const DEADLINE_MS = 60_000;

/** What scripts go by. 1 is a failure, as of every command. */
const EXIT = { leftOut: 3, stopped: 130 } as const;

interface AdoptOptions {
  from?: string;
  inPlace?: boolean;
  table: string;
  map?: FieldMap;
  dryRun?: boolean;
  yes?: boolean;
  report?: string;
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
    .addHelpText(
      'after',
      '\nThe password of the source: in ADOPT_PASSWORD, in the file ADOPT_PASSWORD_FILE, or typed.\n' +
        'Exit code: 0 all came along, 3 some were left out, 1 it failed, 130 it was stopped.',
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
    process.stdout.write(`${describeSurvey(source, columns, found)}\n\n`);
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
    if (table.toLowerCase() === 'users') {
      throw new AdoptionError(
        "The table users is Kunci's own. Rename yours before Kunci starts for the first time, and adopt it by its new " +
          'name:\n  ALTER TABLE users RENAME TO users_before;\n  kunci adopt --in-place --table users_before',
      );
    }
    return own.type === 'sqlite' ? { kind: 'sqlite', path: own.path } : { kind: 'server', ...own, database: own.name };
  }
  if (from === undefined) throw new AdoptionError('Say where the accounts are: --from SOURCE, or --in-place.');
  const location = parseLocation(from);
  if (location.kind !== 'server' || location.password !== undefined) return location;
  const password = readAdoptPassword(readSources().environment);
  if (password !== undefined || !isAtTerminal()) return { ...location, password };
  const typed = await askSecret(`Password of ${printable(location.username)}: `);
  if (typed === undefined) throw new AdoptionError('Nothing was changed.');
  return { ...location, password: typed };
}

async function expectConsent({ rows, leftOut }: Survey, database: DatabaseSettings): Promise<void> {
  const target = database.type === 'sqlite' ? database.path : `${database.name} at ${database.host}:${database.port}`;
  const isMeant = await confirm(`Adopt ${rows - sum(leftOut)} accounts into ${target}?`);
  if (!isMeant) throw new AdoptionError('Nothing was changed. Answer y, or say --yes in a script.');
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
  const { source, columns, found, progress } = run;
  const isDryRun = run.options.dryRun ?? false;
  const path = run.options.report ?? (isDryRun ? undefined : REPORT);
  const file = path === undefined ? undefined : new LeftOutFile(path);
  const stop = watchForStop();
  const record = (detail: string) => isDryRun || audit.record('user_created', { detail: `adoption ${detail}` });
  record(`begins: ${found.rows} rows`);
  try {
    const tally = await service.adopt({
      source,
      columns,
      survey: found,
      isDryRun,
      leave: (row) => file?.add(row),
      tell: progress.tell,
      shouldStop: () => stop.isAsked,
    });
    progress.clear();
    record(`ends: ${tally.adopted} adopted, ${tally.alreadyHere} already here, ${sum(tally.leftOut)} left out`);
    process.exitCode = exitCodeOf(tally);
    return describeTally(tally, isDryRun, file?.isWritten ? file.path : undefined);
  } catch (error) {
    progress.clear();
    record('failed');
    process.stderr.write('It failed before the end. What was adopted stays: run the same command again to go on.\n');
    throw error;
  } finally {
    stop.end();
    await file?.close();
  }
}

/** The batch on its way is finished. Asked a second time, the process ends as any other. */
function watchForStop() {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const stop = { isAsked: false, end: () => signals.forEach((signal) => process.off(signal, ask)) };
  function ask(signal: NodeJS.Signals): void {
    stop.isAsked = true;
    process.stderr.write(`${signal}: it ends after this batch.\n`);
  }
  for (const signal of signals) process.once(signal, ask);
  return stop;
}

function exitCodeOf(tally: Tally): number {
  if (tally.isStopped) return EXIT.stopped;
  return tally.leftOut.size > 0 ? EXIT.leftOut : 0;
}
