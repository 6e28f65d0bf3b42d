import { describe, expect, it } from '@jest/globals';
import { parseLocation } from './source-location.js';

const SERVER = { kind: 'server', host: 'db', port: 3306, username: 'ana', password: undefined, database: 'app' };

describe('parseLocation', () => {
  it.each([
    ['mysql://ana@db/app', SERVER],
    ['mariadb://ana@db:3307/app', { ...SERVER, port: 3307 }],
    ['mysql+pymysql://ana@db/app?charset=utf8', SERVER],
    [
      'mysql://a%40b:p%23%2F@[::1]/my%20app',
      { ...SERVER, username: 'a@b', password: 'p#/', host: '::1', database: 'my app' },
    ],
    ['sqlite:instance/app.db', { kind: 'sqlite', path: 'instance/app.db' }],
    ['sqlite:/srv/app.db', { kind: 'sqlite', path: '/srv/app.db' }],
    ['old/Users.CSV', { kind: 'csv', path: 'old/Users.CSV' }],
    ['users.jsonl', { kind: 'json-lines', path: 'users.jsonl' }],
    ['users.ndjson', { kind: 'json-lines', path: 'users.ndjson' }],
  ])('reads %s', (text, expected) => {
    expect(parseLocation(text)).toEqual(expected);
  });

  it.each([
    'mysql://ana:s3cret@/app',
    'mysql://ana:s3cret@db',
    'mysql://ana:s3cret@db/',
    'mysql://:s3cret@db/app',
    'mysql://ana:s3cret@db:99999/app',
    'mysql://ana:s3cret@db/%',
    'mysql://ana:s3cret@db/app/more',
    'mysql://ana:s3cret@db/app?ssl=true',
    'mysql://ana:s3cret@db/app#more',
    'mysql://ana:%@db/app',
    'postgres://ana:s3cret@db/app',
    'sqlite:///s3cret.db',
    'sqlite:',
    's3cret',
    '',
  ])('refuses %s without showing it', (text) => {
    let told = '';
    try {
      parseLocation(text);
    } catch (error) {
      told = String(error);
    }
    expect(told).toMatch(/^UsageError: /);
    expect(told).not.toContain('s3cret');
  });
});
