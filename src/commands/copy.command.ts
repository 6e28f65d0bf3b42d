import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { loadEnvFile, readSources } from '../config/env.js';
import { compareDatabases, type ComparedTable, type CopyEnds, copyDatabase } from '../database/copy.js';
import { readSource, readTarget } from './copy-options.js';
import { inColumns } from './in-columns.js';
import { print, toJson } from './output.js';

interface Options {
  readonly from?: string;
  readonly to: string;
  readonly verify?: boolean;
  readonly json?: boolean;
}

export function addCopyCommand(program: Command): void {
  program
    .command('copy')
    .description('copy everything from a stopped SQLite to an empty MySQL or MariaDB, and compare both')
    .requiredOption('--to <url>', 'mysql://user@host:3306/name or mariadb://…; the password is COPY_PASSWORD, or asked')
    .option('--from <file>', 'such as sqlite:data/kunci.db (default: DB_PATH)')
    .option('--verify', 'copy nothing, only compare')
    .option('--json', 'for machines')
    .action(async ({ from, to, verify = false, json = false }: Options) => {
      loadEnvFile();
      const { environment } = readSources();
      const ends = { source: readSource(from, environment), target: await readTarget(to, environment) };
      if (!json) process.stderr.write(`${verify ? 'Comparing' : 'Copying and comparing'} ...\n`);
      const tables = await (verify ? compareDatabases(ends) : copyDatabase(ends));
      const isSame = tables.every((table) => table.isSame);
      const env = settingsOf(ends, environment);
      await print(json ? toJson(toMembers(tables, env, isSame), 2) : report(tables, env, isSame));
      process.exitCode = isSame ? 0 : 1;
    });
}

function toMembers(compared: readonly ComparedTable[], env: Record<string, string>, isSame: boolean): object {
  const tables = compared.map(({ isSame: is_same, ...table }) => ({ ...table, is_same }));
  return { is_same: isSame, tables, env };
}

/** What the server needs on the target. Its password it has to be told by a person. */
function settingsOf(
  { source, target }: CopyEnds,
  { SECRET_KEY, SECRET_KEY_FILE }: NodeJS.ProcessEnv,
): Record<string, string> {
  const secret: Record<string, string> = {};
  if (!SECRET_KEY && !SECRET_KEY_FILE) secret.SECRET_KEY_FILE = join(dirname(source.path), 'secret.key');
  return {
    DB_TYPE: target.type,
    DB_HOST: target.host,
    DB_PORT: String(target.port),
    DB_NAME: target.name,
    DB_USERNAME: target.username,
    ...secret,
  };
}

function report(tables: readonly ComparedTable[], env: Record<string, string>, isSame: boolean): string {
  if (!isSame) return [...comparison(tables), '', DIFFERENCE].join('\n');
  const lines = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
  return [...comparison(tables), '', 'Both sides are the same. For .env:', ...lines, 'DB_PASSWORD=', '', SECRET].join(
    '\n',
  );
}

const DIFFERENCE =
  'The two sides differ: start no server on the target. Was a server at work on it? If it holds nothing but this copy, ' +
  'drop its database, make it anew and copy again.';

const SECRET =
  'SECRET_KEY must stay the one that the server had on SQLite: tokens are signed with it, key pairs and waiting mails\n' +
  'are sealed with it. With SQLite it is the file secret.key beside the database, unless you set one. Keep that file.\n' +
  'Then look with `node dist/cli.js doctor`, and start the server. Keep the SQLite file until you have seen it work.';

function comparison(tables: readonly ComparedTable[]): string[] {
  const rows = tables.map(({ table, source, target, isSame }) => [
    table,
    String(source.rows),
    String(target.rows),
    source.sha256.slice(0, 16),
    target.sha256.slice(0, 16),
    isSame ? 'same' : 'DIFFERENT',
  ]);
  const head = ['TABLE', 'ROWS SQLITE', 'ROWS TARGET', 'SHA-256 SQLITE', 'SHA-256 TARGET', ''];
  return inColumns(head, rows);
}

/** As `.env` takes it. */
function quoted(value: string): string {
  return /^[\w./:@+-]+$/.test(value) ? value : `'${value}'`;
}
