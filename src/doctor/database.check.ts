import type { DataSource } from 'typeorm';
import type { DatabaseSettings, Settings } from '../config/settings.js';
import { explainConnection } from '../database/connection-failure.js';
import { readIntegrity, readPlaceFacts } from '../database/embedded-facts.js';
import { openForInspection, readSchemaFacts, type SchemaFacts, within } from '../database/inspection.js';
import { isOtherProduct, readServerFacts, type ServerFacts } from '../database/server-facts.js';
import { SigningKey } from '../keys/signing-key.entity.js';
import { checkIntegrity, checkPlace } from './embedded.check.js';
import { type Finding, fault, listed, ok, warning } from './finding.js';
import { checkMigrationRights } from './rights.check.js';
import { checkSigningKeys } from './secrets.check.js';
import { checkServer } from './server.check.js';

/** Reading the schema of a busy server takes longer than one statement of a request. */
const SCHEMA_DEADLINE_MS = 10_000;

/** Looks at the database as it is and changes nothing in it. */
export async function examineDatabase(settings: Settings): Promise<Finding[]> {
  const { database } = settings;
  const place = database.type === 'sqlite' ? readPlaceFacts(database.path) : undefined;
  const placeFindings = place ? checkPlace(place) : [];
  if (placeFindings.some(({ check }) => check === 'database')) return placeFindings;
  let dataSource: DataSource;
  try {
    dataSource = await openForInspection(database);
  } catch (error) {
    return [unusable(error, database), ...placeFindings];
  }
  const findings = [ok('database', `${addressOf(database)} answers.`), ...placeFindings];
  try {
    for await (const more of inside(dataSource, settings)) findings.push(...more);
  } catch (error) {
    // It took the connection and no more: a file that is no database, a server that hangs.
    findings[0] = unusable(error, database);
  }
  // A server that hangs must not keep the command from ending.
  await within(database.deadlineMs, dataSource.destroy()).catch(() => undefined);
  return findings;
}

/** In parts, so that what was found before a part fails is told. */
async function* inside(dataSource: DataSource, settings: Settings): AsyncGenerator<Finding[]> {
  const { database, secrets } = settings;
  let server: ServerFacts | undefined;
  if (database.type === 'sqlite') yield [checkIntegrity(await readIntegrity(dataSource))];
  else {
    server = await within(SCHEMA_DEADLINE_MS, readServerFacts(dataSource));
    yield checkServer(server, database, settings);
  }
  const isComparable = server === undefined || !isOtherProduct(server, database.type);
  const schema = await within(SCHEMA_DEADLINE_MS, readSchemaFacts(dataSource, isComparable));
  yield [checkMigrations(schema, database.migrate), ...checkSchema(schema)];
  if (server && database.type !== 'sqlite') yield [checkMigrationRights(server.rights, schema.pending, database)];
  if (schema.pending.length > 0) return;
  const keys = await within(SCHEMA_DEADLINE_MS, dataSource.getRepository(SigningKey).find());
  yield [checkSigningKeys(keys, secrets, new Date())];
}

function addressOf(database: DatabaseSettings): string {
  if (database.type === 'sqlite') return database.path;
  return `The database ${database.name} at ${database.host}:${database.port}`;
}

function unusable(error: unknown, database: DatabaseSettings): Finding {
  const known = explainConnection(error);
  if (known) return fault('database', `${addressOf(database)} cannot be used: ${known.reason}.`, known.advice);
  const { code, message } = error as { code?: string; message?: string };
  // The words of a driver may take several lines.
  const words = (message || code || String(error)).replace(/\s+/g, ' ');
  return fault('database', `${addressOf(database)} cannot be used: ${words}`, 'See the log of the database.');
}

export function checkMigrations({ pending, unknown, isEmpty }: SchemaFacts, isMigratedAtStart: boolean): Finding {
  if (unknown.length > 0) {
    return fault(
      'migrations',
      `The database has migrations that this version does not know: ${listed(unknown)}.`,
      'A newer Kunci has been here: start that version, or go back to the backup from before it.',
    );
  }
  if (pending.length === 0) return ok('migrations', 'All migrations have run.');
  const finding = `Migrations are to run yet: ${listed(pending)}`;
  if (isMigratedAtStart && isEmpty) return ok('migrations', 'The database is empty: the first start makes the tables.');
  if (isMigratedAtStart)
    return warning('migrations', `${finding}.`, 'The next start runs them: make a backup before it.');
  return fault('migrations', `${finding}, and DB_MIGRATE is off.`, 'Run `npm run migration:run`.');
}

export function checkSchema({ pending, differences }: Pick<SchemaFacts, 'pending' | 'differences'>): Finding[] {
  if (pending.length > 0) return [];
  if (differences === undefined) {
    const finding = 'Not compared, because the server is another product than DB_TYPE says.';
    return [warning('schema', finding, 'Set DB_TYPE as the line `product` says, then look again.')];
  }
  if (differences.length === 0) return [ok('schema', 'The tables are what this version expects.')];
  return [
    fault(
      'schema',
      `The tables are not what this version expects: TypeORM would run ${listed(differences.map(shortened), 2)}`,
      'Somebody has changed them by hand: change them back, with a backup first.',
    ),
  ];
}

/** SQLite's way to change a column is a whole new table. */
function shortened(statement: string): string {
  return statement.length > 90 ? `${statement.slice(0, 90)}…` : statement;
}
