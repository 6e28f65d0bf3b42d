import { describe, expect, it } from '@jest/globals';
import { readWithSecret } from '../../test/support/settings.js';
import { DeviceStatements } from './device-statements.js';

const OLD = 'the-secret-of-last-year-0123456789abcdef';
const NEW = 'the-secret-of-this-year-0123456789abcdef';
const statementsOf = (variables: Record<string, string>) => new DeviceStatements(readWithSecret(variables));

describe('DeviceStatements', () => {
  const statements = statementsOf({ SECRET_KEY: OLD });
  const statement = statements.issue(7);
  const [id = '', nonce = '', signature = ''] = statement.split('.');

  it('knows its own, about the one user', () => {
    expect(statements.isAbout(7, statement)).toBe(true);
    expect(statements.isAbout(8, statement)).toBe(false);
    expect(statements.isAbout(0, statement)).toBe(false);
  });

  it('makes another one each time', () => {
    expect(statements.issue(7)).not.toBe(statement);
  });

  it('outlives one change of the secret', () => {
    expect(statementsOf({ SECRET_KEY: NEW, SECRET_KEY_PREVIOUS: OLD }).isAbout(7, statement)).toBe(true);
    expect(statementsOf({ SECRET_KEY: NEW }).isAbout(7, statement)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['another user', `8.${nonce}.${signature}`],
    ['the user spelt otherwise', `07.${nonce}.${signature}`],
    ['another nonce', `${id}.${nonce.split('').reverse().join('')}.${signature}`],
    ['no signature', `${id}.${nonce}.`],
    ['a signature of another length', `${id}.${nonce}.${signature.slice(0, 42)}`],
    ['another signature', `${id}.${nonce}.${'A'.repeat(43)}`],
    ['more behind it', `${statement}.x`],
  ])('does not believe %s', (_what, forged) => {
    expect(statements.isAbout(7, forged)).toBe(false);
    expect(statements.isAbout(8, forged)).toBe(false);
  });
});
