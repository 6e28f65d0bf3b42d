import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { faultyNames, MYSQL, readWithSecret, SECRET_KEY } from '../../test/support/settings.js';
import { readSettings, type Settings } from './env.js';

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
    const { accessToken, ...settings } = readWithSecret(others);
    expect(settings).toEqual({ ...readWithSecret({}), accessToken: undefined });
    expect(accessToken.ttlSeconds).toBe(readWithSecret({}).accessToken.ttlSeconds);
    expect(uncommented.DB_PORT).toBe(String((readSettings(MYSQL).database as { port?: number }).port));
  });
});
