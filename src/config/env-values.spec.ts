import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { faultyNames, MYSQL, readWithSecret, SECRET_KEY } from '../../test/support/settings.js';
import { readSettings } from './env.js';
import type { Settings } from './settings.js';

describe('readSettings', () => {
  describe('a number', () => {
    it.each([
      ['PORT', '0', (settings: Settings) => settings.http.port, 0],
      ['PORT', '65535', (settings: Settings) => settings.http.port, 65_535],
      ['BCRYPT_COST', '10', (settings: Settings) => settings.passwords.bcryptCost, 10],
      ['BCRYPT_COST', '15', (settings: Settings) => settings.passwords.bcryptCost, 15],
    ])('may be %s=%s', (name, value, read, expected) => {
      expect(read(readWithSecret({ [name]: value }))).toBe(expected);
    });

    it.each([
      ['PORT', ['-1', '65536', '80.5', '0x50', '8e3', ' 80', '80 ', '+80', '٨٠', '9999999999', 'http']],
      ['BCRYPT_COST', ['9', '16', '12.5', '-12', 'twelve', '0']],
    ])('is refused for %s if it is no whole number in its bounds', (name, values) => {
      for (const value of values) expect([value, faultyNames({ SECRET_KEY, [name]: value })]).toEqual([value, [name]]);
    });

    it.each(['0', '65536', 'mysql'])('is refused as DB_PORT=%s', (port) => {
      expect(faultyNames({ ...MYSQL, DB_PORT: port })).toEqual(['DB_PORT']);
    });
  });

  describe('ACCESS_TOKEN_TTL', () => {
    it.each([
      ['900', 900],
      ['900s', 900],
      ['15m', 900],
      ['1h', 3600],
      ['24h', 86_400],
      ['1d', 86_400],
      ['60', 60],
      ['1m', 60],
      ['86400', 86_400],
    ])('may be %s', (value, seconds) => {
      expect(readWithSecret({ ACCESS_TOKEN_TTL: value }).accessToken.ttlSeconds).toBe(seconds);
    });

    it.each([
      '59',
      '0',
      '0m',
      '86401',
      '25h',
      '2d',
      '-900',
      '15 m',
      '1.5h',
      '15M',
      '1w',
      '1h30m',
      'h',
      '900ms',
      'never',
    ])('is refused as %s', (value) => {
      expect(faultyNames({ SECRET_KEY, ACCESS_TOKEN_TTL: value })).toEqual(['ACCESS_TOKEN_TTL']);
    });
  });

  describe('the lives of sessions', () => {
    it.each([
      ['SESSION_IDLE_TTL', '5m', ({ sessions }: Settings) => sessions.idleSeconds, 300],
      ['SESSION_IDLE_TTL', '400d', ({ sessions }: Settings) => sessions.idleSeconds, 400 * 86_400],
      ['SESSION_ABSOLUTE_TTL', '12h', ({ sessions }: Settings) => sessions.absoluteSeconds, 12 * 3600],
      ['REFRESH_GRACE', '0', ({ sessions }: Settings) => sessions.refreshGraceSeconds, 0],
      ['REFRESH_GRACE', '60s', ({ sessions }: Settings) => sessions.refreshGraceSeconds, 60],
    ])('may be %s=%s', (name, value, read, expected) => {
      expect(read(readWithSecret({ [name]: value }))).toBe(expected);
    });

    it.each([
      ['SESSION_IDLE_TTL', ['299', '401d', '0', 'never']],
      ['SESSION_ABSOLUTE_TTL', ['299', '401d', '0', '-1']],
      ['REFRESH_GRACE', ['61', '1h', '-1', '10ms', '1.5s']],
    ])('are refused for %s if they are no duration in its bounds', (name, values) => {
      for (const value of values) expect([value, faultyNames({ SECRET_KEY, [name]: value })]).toEqual([value, [name]]);
    });
  });

  describe('INTROSPECTION_CLIENT_SECRET', () => {
    const secret = 'k9Jf03mVbPzQ7rT2yXw5LcEuHs8DnAgG';

    it('opens the endpoint for one client', () => {
      const of = (changes: object) => readWithSecret({ INTROSPECTION_CLIENT_SECRET: secret, ...changes }).introspection;
      expect(of({})).toEqual({ clientId: 'resource-server', clientSecret: secret });
      expect(of({ INTROSPECTION_CLIENT_ID: 'billing' })).toEqual({ clientId: 'billing', clientSecret: secret });
      expect(of({ INTROSPECTION_CLIENT_SECRET: '' })).toBeUndefined();
    });

    it('is refused if it is short or easy to guess, like the secret key', () => {
      for (const value of ['short', 'changeme'.repeat(5), 'ab'.repeat(20)]) {
        const variables = { SECRET_KEY, INTROSPECTION_CLIENT_SECRET: value, SECRET_KEY_PREVIOUS: value };
        expect(faultyNames(variables).sort()).toEqual(['INTROSPECTION_CLIENT_SECRET', 'SECRET_KEY_PREVIOUS']);
      }
      expect(faultyNames({ SECRET_KEY, INTROSPECTION_CLIENT_ID: 'a:b' })).toEqual(['INTROSPECTION_CLIENT_ID']);
    });
  });

  describe('TRUST_PROXY', () => {
    it.each([
      ['127.0.0.1', ['127.0.0.1']],
      ['127.0.0.1,10.0.0.0/8', ['127.0.0.1', '10.0.0.0/8']],
      [' ::1 , 2001:db8::/32 ,', ['::1', '2001:db8::/32']],
      [' , ', []],
    ])('may be "%s"', (value, addresses) => {
      expect(readWithSecret({ TRUST_PROXY: value }).http.trustProxy).toEqual(addresses);
    });

    it.each([
      ...['true', '*', '1', 'loopback', 'proxy.internal', '10.0.0', '10.0.0.256', '10.0.0.0/', '10.0.0.0/8/8'],
      ...[
        '10.0.0.0/255.0.0.0',
        '10.0.0.0/-8',
        '10.0.0.0/33',
        '0.0.0.0/0',
        '::/0',
        '2001:db8::/129',
        '127.0.0.1 10.0.0.1',
        '127.0.0.1,proxy',
      ],
    ])('is refused as "%s"', (value) => {
      expect(faultyNames({ SECRET_KEY, TRUST_PROXY: value })).toEqual(['TRUST_PROXY']);
    });
  });
});

describe('.env.example', () => {
  const example = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8');
  const uncommented = parseEnv(example.replace(/^# (?=[A-Z_]+=)/gm, ''));

  const namesRead = (variables: NodeJS.ProcessEnv): string[] => {
    const names = new Set<string>();
    readSettings(new Proxy(variables, { get: (target, name) => (names.add(String(name)), target[String(name)]) }));
    return [...names];
  };

  it('names exactly the variables that are read', () => {
    const names = new Set(
      [...namesRead({ SECRET_KEY }), ...namesRead(MYSQL)].filter((name) => !name.endsWith('_FILE')),
    );
    expect(Object.keys(uncommented).sort()).toEqual([...names].sort());
  });

  it('sets nothing by itself', () => {
    expect(parseEnv(example)).toEqual({});
  });

  it('shows the defaults', () => {
    const { SECRET_KEY: secret, ...others } = uncommented;
    expect(secret).toBe('');
    expect({ ...readWithSecret(others), secrets: undefined }).toEqual({ ...readWithSecret({}), secrets: undefined });
    expect(uncommented.DB_PORT).toBe(String((readSettings(MYSQL).database as { port?: number }).port));
  });
});
