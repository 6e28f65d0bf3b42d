import { resolve } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { readWithSecret } from '../test/support/settings.js';
import { QueryFailedError } from 'typeorm';
import { OperatorError } from './http/operator-error.js';
import { printBanner } from './banner.js';
import { DatabaseUnavailableError } from './database/database-unavailable.error.js';
import { explain } from './explain.js';
import { AppError } from './http/app-error.js';

const failure = (code: string, properties: object = {}) =>
  Object.assign(new Error('what the driver says'), { code, ...properties });

describe('explain', () => {
  it.each([
    ['a wrong password', failure('ER_ACCESS_DENIED_ERROR'), 'Correct DB_USERNAME and DB_PASSWORD'],
    ['an unknown database', failure('ER_BAD_DB_ERROR'), 'Correct DB_NAME, or make it'],
    ['a database without rights', failure('ER_DBACCESS_DENIED_ERROR'), 'Correct DB_NAME, or GRANT'],
    ['too many connections', failure('ER_CON_COUNT_ERROR'), 'Raise max_connections'],
    ['a stopped server', failure('ECONNREFUSED', { syscall: 'connect' }), 'Start it, or correct DB_HOST and DB_PORT.'],
    ['an unknown host', failure('ENOTFOUND', { syscall: 'getaddrinfo' }), 'Correct DB_HOST'],
    ['a file that cannot be opened', failure('SQLITE_CANTOPEN'), 'DB_PATH must name a file'],
    [
      'a file that libsql cannot open',
      new Error('ConnectionFailed("Unable to open connection to local database /nowhere/kunci.db: 14")'),
      'DB_PATH must name a file',
    ],
    [
      'a folder in its place',
      new Error('ConnectionFailed("Unable to open connection to local database /: 14")'),
      'Let DB_PATH name a file.',
    ],
    ['a file that is no database', failure('SQLITE_NOTADB'), 'Let DB_PATH name another file.'],
    [
      'a path below a file',
      failure('ENOTDIR', { syscall: 'open' }),
      'Check DB_PATH and the settings that end in _FILE.',
    ],
    ['a folder where a file is meant', failure('EISDIR', { syscall: 'read' }), 'Check DB_PATH'],
    ['a folder that cannot be made', failure('EACCES', { syscall: 'mkdir' }), 'Check DB_PATH'],
    ['a port below 1024', failure('EACCES', { syscall: 'listen' }), 'Check HOST and PORT.'],
    ['another refusal of the database', failure('ER_UNKNOWN_THING'), 'the log of the database'],
  ])('says in a sentence what to do about %s', (_what, error, advice) => {
    expect(explain(error)).toContain(advice);
    expect(explain(error)).not.toMatch(/^ {4}at /m);
    expect(explain(error)).not.toContain('HOST, PORT');
  });

  it.each([
    ['a mistake of an operator', new OperatorError('There is no account 7.'), 'There is no account 7.'],
    ['a refusal', new AppError('service_unavailable'), 'Please try again in a moment.'],
    [
      'faults of fields',
      new AppError('validation_failed', {
        fields: { name: ['This field is required.'], email: ['Invalid email address.'] },
      }),
      'name: This field is required.\nemail: Invalid email address.',
    ],
    [
      'a database that is too slow',
      new QueryFailedError('SELECT 1', [], new DatabaseUnavailableError('no answer in time')),
      'The database cannot do it now: no answer in time',
    ],
  ])('says of %s what it says itself, and nothing else', (_what, error, words) => {
    expect(explain(error)).toBe(words);
  });

  it('shows the stack of what Kunci got wrong itself', () => {
    expect(explain(new TypeError('x is undefined'))).toMatch(/^ {4}at /m);
  });
});

describe('printBanner', () => {
  it('names the whole path of an embedded database', () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    printBanner(readWithSecret({ DB_PATH: 'data/kunci.db' }), 'http://127.0.0.1:8080');
    const printed = write.mock.calls.join('');
    write.mockRestore();
    expect(printed).toContain(`SQLite, embedded, in ${resolve('data/kunci.db')}\n`);
  });
});
