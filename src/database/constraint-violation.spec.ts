import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { isForeignKeyViolation, isUniqueViolation } from './constraint-violation.js';

const driverError = (code?: unknown) => Object.assign(new Error('refused'), code === undefined ? {} : { code });
const queryFailed = (code?: unknown) => new QueryFailedError('INSERT INTO users', [], driverError(code));

describe('isUniqueViolation', () => {
  it.each([
    ['MySQL and MariaDB', 'ER_DUP_ENTRY'],
    ['SQLite', 'SQLITE_CONSTRAINT_UNIQUE'],
    ['SQLite, of a primary key', 'SQLITE_CONSTRAINT_PRIMARYKEY'],
  ])('knows the error of %s', (_engine, code) => {
    expect(isUniqueViolation(queryFailed(code))).toBe(true);
  });

  it.each([
    ['another broken constraint of SQLite', queryFailed('SQLITE_CONSTRAINT_NOTNULL')],
    ['a broken constraint of no known kind', queryFailed('SQLITE_CONSTRAINT')],
    ['a missing value in MySQL', queryFailed('ER_BAD_NULL_ERROR')],
    ['a deadlock', queryFailed('ER_LOCK_DEADLOCK')],
    ['a code in lower case', queryFailed('er_dup_entry')],
    ['a number for a code', queryFailed(1062)],
    ['no code', queryFailed()],
    ['the code on an error that is not about a query', driverError('ER_DUP_ENTRY')],
    ['an object that only looks like it', { driverError: { code: 'ER_DUP_ENTRY' } }],
    ['the message alone', new Error('ER_DUP_ENTRY: Duplicate entry')],
    ['a text', 'ER_DUP_ENTRY'],
    ['null', null],
    ['nothing', undefined],
  ])('is false for %s', (_what, error: unknown) => {
    expect(isUniqueViolation(error)).toBe(false);
  });
});

describe('isForeignKeyViolation', () => {
  it.each([
    ['MySQL and MariaDB', 'ER_NO_REFERENCED_ROW_2'],
    ['SQLite', 'SQLITE_CONSTRAINT_FOREIGNKEY'],
  ])('knows the error of %s, and no other', (_engine, code) => {
    expect(isForeignKeyViolation(queryFailed(code))).toBe(true);
    expect(isUniqueViolation(queryFailed(code))).toBe(false);
    expect(isForeignKeyViolation(driverError(code))).toBe(false);
    expect(isForeignKeyViolation(queryFailed('ER_DUP_ENTRY'))).toBe(false);
  });
});
