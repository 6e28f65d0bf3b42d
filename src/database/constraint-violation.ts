import { QueryFailedError } from 'typeorm';

/** What the drivers call a row that a unique index or primary key refused, and one that names a row that is not there. */
const UNIQUE = ['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'];
const FOREIGN_KEY = ['ER_NO_REFERENCED_ROW_2', 'SQLITE_CONSTRAINT_FOREIGNKEY'];

export const isUniqueViolation = (error: unknown): boolean => isOneOf(UNIQUE, error);

export const isForeignKeyViolation = (error: unknown): boolean => isOneOf(FOREIGN_KEY, error);

function isOneOf(codes: readonly string[], error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code } = error.driverError as { code?: unknown };
  return codes.some((known) => known === code);
}
