import { QueryFailedError } from 'typeorm';

/** What each driver calls a row that a unique index refused. */
const CODES = new Set<unknown>(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE']);

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && CODES.has((error.driverError as { code?: unknown }).code);
}
