import type { ServerDatabaseSettings } from '../config/settings.js';
import type { RightsFacts } from '../database/server-facts.js';
import { type Finding, fault, ok, warning } from './finding.js';

/** What every request needs. */
const SERVING = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** What migrations need beside those, as README grants it. */
const MIGRATING = ['CREATE', 'ALTER', 'DROP', 'INDEX', 'REFERENCES'];

/** @param name of the database */
export function checkRights(rights: RightsFacts, name: string): Finding {
  const missing = missingOf(rights, SERVING, name, 'requests fail');
  return missing ?? ok('rights', 'Its user may SELECT, INSERT, UPDATE and DELETE.');
}

/** Whoever runs the migrations by hand may do so as another user. */
export function checkMigrationRights(
  rights: RightsFacts,
  pending: readonly string[],
  { name, migrate }: Pick<ServerDatabaseSettings, 'name' | 'migrate'>,
): Finding {
  const check = 'migration-rights';
  if (pending.length === 0) return ok(check, 'No migrations are to run, so that no rights are needed for them.');
  if (!migrate) return ok(check, 'DB_MIGRATE is off, so that its user needs no rights to migrate.');
  const missing = missingOf(rights, MIGRATING, name, 'the next start cannot run the migrations');
  return missing ? { ...missing, check } : ok(check, 'Its user may run the migrations.');
}

function missingOf(rights: RightsFacts, needed: string[], name: string, consequence: string): Finding | undefined {
  const missing = needed.filter((right) => !rights.granted.includes(right)).join(', ');
  if (missing === '') return undefined;
  const grant = `GRANT ${missing} ON \`${name}\`.* TO ${rights.user};`;
  if (!rights.hasRoles) return fault('rights', `Its user may not ${missing}: ${consequence}.`, grant);
  const finding = `${missing} not granted to its user itself; a role or PUBLIC may give what is missing.`;
  return warning('rights', finding, `If none does: ${grant}`);
}
