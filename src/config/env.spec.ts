import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings, type Settings } from './env.js';
import { SettingsError } from './environment.js';

const SECRET_KEY = 'seed-recording-secret-0123456789abcdef';
const SERVER = { DB_HOST: 'db.internal', DB_USERNAME: 'kunci', DB_NAME: 'kunci_users' };
const MYSQL = { ...SERVER, DB_TYPE: 'mysql', SECRET_KEY };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kunci-env-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns what `readSettings` finds wrong; empty if it finds nothing */
function faultsOf(variables: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(variables);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

const faultyNames = (variables: NodeJS.ProcessEnv) => faultsOf(variables).map((fault) => fault.split(' ', 1)[0]);

const keyOf = ({ accessToken }: Settings) => accessToken.key.export().toString('utf8');

/** Every default is readable without a secret of its own, which the embedded database would write to a file. */
const readWithSecret = (variables: NodeJS.ProcessEnv) => readSettings({ SECRET_KEY, ...variables });

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('readSettings', () => {
  it('has a default for everything but the secret', () => {
    expect(readSettings({ SECRET_KEY })).toEqual({
      http: { host: '127.0.0.1', port: 8080, trustProxy: [], rateLimits: true },
      database: { type: 'sqlite', path: resolve('data/kunci.db'), migrate: true },
      accessToken: { key: expect.anything(), ttlSeconds: 900 },
      passwords: { bcryptCost: 12 },
      logLevel: 'info',
    });
  });

  it('counts an empty variable as not set', () => {
    const empty = { HOST: '', PORT: '', TRUST_PROXY: '', RATE_LIMITS: '', DB_TYPE: '', DB_HOST: '', DB_PATH: '' };
    expect(faultsOf({ ...empty, ACCESS_TOKEN_TTL: '', BCRYPT_COST: '', LOG_LEVEL: '', SECRET_KEY })).toEqual([]);
    expect(readWithSecret(empty).http).toEqual(readWithSecret({}).http);
    expect(readWithSecret(empty).database).toEqual(readWithSecret({}).database);
  });

  it.each([
    ['HOST', '0.0.0.0', (settings: Settings) => settings.http.host, '0.0.0.0'],
    ['RATE_LIMITS', 'off', (settings: Settings) => settings.http.rateLimits, false],
    ['DB_MIGRATE', 'off', (settings: Settings) => settings.database.migrate, false],
    ['LOG_LEVEL', 'silent', (settings: Settings) => settings.logLevel, 'silent'],
  ])('reads %s=%s', (name, value, read, expected) => {
    expect(read(readWithSecret({ [name]: value }))).toBe(expected);
  });

  it.each([
    ['RATE_LIMITS', 'true'],
    ['RATE_LIMITS', 'ON'],
    ['DB_MIGRATE', 'yes'],
    ['LOG_LEVEL', 'verbose'],
    ['DB_TYPE', 'postgres'],
    ['DB_TYPE', 'MySQL'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf({ SECRET_KEY, [name]: value })).toEqual([expect.stringMatching(`^${name} must be one of `)]);
  });

  it('cannot be changed afterwards', () => {
    for (const settings of [readSettings({ SECRET_KEY }), readSettings(MYSQL)]) {
      for (const part of [settings, settings.http, settings.database, settings.accessToken, settings.passwords]) {
        expect(Object.isFrozen(part)).toBe(true);
      }
    }
  });

  describe('the faults', () => {
    const everythingWrong = {
      PORT: 'http',
      TRUST_PROXY: 'everyone',
      RATE_LIMITS: 'perhaps',
      DB_TYPE: 'mysql',
      DB_PORT: '0',
      DB_PASSWORD: 'hunter2-of-the-database',
      DB_MIGRATE: 'perhaps',
      SECRET_KEY: 'hunter2-of-the-tokens',
      ACCESS_TOKEN_TTL: '25h',
      BCRYPT_COST: '4',
      LOG_LEVEL: 'loud',
    };

    it('come all at once, each with the name of its variable', () => {
      expect(faultyNames(everythingWrong).sort()).toEqual(
        [
          ...['ACCESS_TOKEN_TTL', 'BCRYPT_COST', 'DB_HOST', 'DB_MIGRATE', 'DB_NAME', 'DB_PORT', 'DB_USERNAME'],
          ...['LOG_LEVEL', 'PORT', 'RATE_LIMITS', 'SECRET_KEY', 'TRUST_PROXY'],
        ].sort(),
      );
    });

    it('stand in the message, one a line', () => {
      const faults = faultsOf(everythingWrong);
      expect(() => readSettings(everythingWrong)).toThrow(faults.map((fault) => `\n  - ${fault}`).join(''));
    });

    it.each([
      ['too short', { ...MYSQL, SECRET_KEY: 'hunter2' }],
      ['a placeholder', { ...MYSQL, SECRET_KEY: 'change-me-hunter2-0123456789abcdefghij' }],
      ['among other faults', everythingWrong],
      ['a password for no server', { SECRET_KEY: 'hunter2', DB_PASSWORD: 'hunter2' }],
    ])('hold no value of a secret that is %s', (_what, variables) => {
      expect(faultsOf(variables)).not.toEqual([]);
      expect(faultsOf(variables).join('\n')).not.toContain('hunter2');
    });
  });

  describe('the kind of database', () => {
    it.each([
      ['sqlite', 'nothing is set', {}],
      ['sqlite', 'DB_TYPE says so', { DB_TYPE: 'sqlite' }],
      ['sqlite', 'DB_TYPE says so beside a server', { ...SERVER, DB_TYPE: 'sqlite' }],
      ['mysql', 'there is a DB_HOST', SERVER],
      ['mysql', 'DB_TYPE says so', { ...SERVER, DB_TYPE: 'mysql' }],
      ['mariadb', 'DB_TYPE says so', { ...SERVER, DB_TYPE: 'mariadb' }],
    ])('is %s if %s', (type, _when, variables) => {
      expect(readWithSecret(variables).database.type).toBe(type);
    });

    it.each(['DB_NAME', 'DB_USERNAME', 'DB_PASSWORD', 'DB_PASSWORD_FILE'])(
      'is not guessed if %s means a server',
      (name) => {
        const faults = faultsOf({ SECRET_KEY, [name]: 'something' });
        expect(faults).toEqual([expect.stringMatching(`^DB_HOST is required because ${name} is set`)]);
      },
    );

    it.each(['DB_NAME', 'DB_USERNAME', 'DB_PASSWORD'])('is sqlite in spite of %s if DB_TYPE says so', (name) => {
      expect(faultsOf({ SECRET_KEY, DB_TYPE: 'sqlite', [name]: 'something' })).toEqual([]);
    });

    it.each(['mysql', 'mariadb'])('needs a server, a user and a name for %s', (type) => {
      expect(faultyNames({ SECRET_KEY, DB_TYPE: type })).toEqual(['DB_HOST', 'DB_USERNAME', 'DB_NAME']);
    });
  });

  it.each(['mysql', 'mariadb'])('reads the server of %s', (type) => {
    const access = { ...SERVER, DB_TYPE: type, DB_PORT: '3307', DB_PASSWORD: 'sesame' };
    expect(readWithSecret(access).database).toEqual({
      type,
      host: 'db.internal',
      port: 3307,
      username: 'kunci',
      password: 'sesame',
      name: 'kunci_users',
      migrate: true,
    });
  });

  it('takes port 3306 and no password for a server that names neither', () => {
    expect(readSettings(MYSQL).database).toMatchObject({ port: 3306, password: '' });
  });

  it.each([['p#ss word'], [`'"\`\\$HOME%40@:/?&=ñ🔑`], [' blanks around ']])(
    'keeps DB_PASSWORD=%s as it is',
    (password) => {
      expect(readSettings({ ...MYSQL, DB_PASSWORD: password }).database).toMatchObject({ password });
    },
  );

  it('takes DB_PATH from the working directory', () => {
    expect(readWithSecret({ DB_PATH: 'elsewhere/users.db' }).database).toMatchObject({
      path: resolve('elsewhere/users.db'),
    });
  });

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
      ...['10.0.0.0/255.0.0.0', '10.0.0.0/-8', '2001:db8::/129', '127.0.0.1 10.0.0.1', '127.0.0.1,proxy'],
    ])('is refused as "%s"', (value) => {
      expect(faultyNames({ SECRET_KEY, TRUST_PROXY: value })).toEqual(['TRUST_PROXY']);
    });
  });

  describe.each([
    ['sqlite by default', {}],
    ['sqlite', { DB_TYPE: 'sqlite' }],
    ['mysql', { ...SERVER, DB_TYPE: 'mysql' }],
    ['mariadb', { ...SERVER, DB_TYPE: 'mariadb' }],
  ])('SECRET_KEY with %s', (_engine, engine: NodeJS.ProcessEnv) => {
    it.each([
      ['anything long and varied', SECRET_KEY],
      ['exactly 32 bytes', '0123456789abcdef0123456789abcdef'],
      ['32 bytes that are fewer characters', 'äöüßéèêáàâíìîóòô'],
      ['base64 of random bytes', 'q9V0m3cXk1pZrT7uYw2sB5nD8fG4hJ6lA0oE+iI/xCvNbMQWeRtYuPaSdFgHjKlZ'],
    ])('may be %s', (_what, secret) => {
      expect(keyOf(readSettings({ ...engine, SECRET_KEY: secret }))).toBe(secret);
    });

    it.each([
      ['shorter than 32 bytes', 'a', /must be 32 bytes or longer.*openssl rand/],
      ['one byte too short', '0123456789abcdef0123456789abcde', /must be 32 bytes or longer.*openssl rand/],
      ['one character again and again', 'x'.repeat(64), /easy to guess.*openssl rand/],
      ['a few characters again and again', '123456789'.repeat(8), /easy to guess.*openssl rand/],
      ['blank', ' '.repeat(40), /easy to guess.*openssl rand/],
      ['a placeholder: change me', 'please-change-me-before-the-first-start', /placeholder.*openssl rand/],
      ['a placeholder: CHANGE_THIS', 'CHANGE_THIS_TO_A_LONG_RANDOM_STRING_01', /placeholder.*openssl rand/],
      ['a placeholder: changeit', 'changeit-0123456789-abcdefghijklmnop', /placeholder.*openssl rand/],
      ['a placeholder: replace', 'replace-with-the-output-of-openssl-rand', /placeholder.*openssl rand/],
      ['a placeholder: your 256 bits', 'your-256-bit-secret-0123456789abcdef', /placeholder.*openssl rand/],
      ['a placeholder: your own secret', 'your_own_secret_0123456789_abcdefghij', /placeholder.*openssl rand/],
      ['a placeholder: secret key here', 'put-the-secret-key-here-0123456789abc', /placeholder.*openssl rand/],
      ['a placeholder: example', 'an-example-of-a-key-0123456789abcdefg', /placeholder.*openssl rand/],
    ])('is refused if it is %s', (_what, secret, fault) => {
      const faults = faultsOf({ ...engine, SECRET_KEY: secret });
      expect(faults).toEqual([expect.stringMatching(/^SECRET_KEY /)]);
      expect(faults[0]).toMatch(fault);
    });
  });

  describe('SECRET_KEY left out', () => {
    it.each(['mysql', 'mariadb'])('is a fault with %s, because several processes must share it', (type) => {
      expect(faultsOf({ ...SERVER, DB_TYPE: type })).toEqual([
        expect.stringMatching(/^SECRET_KEY is required: .*openssl/),
      ]);
    });

    it('is made up for by a file beside the embedded database', () => {
      const variables = { DB_PATH: join(folder, 'made', 'kunci.db') };
      const secret = keyOf(readSettings(variables));
      expect(readFileSync(join(folder, 'made', 'secret.key'), 'utf8').trim()).toBe(secret);
      expect(keyOf(readSettings(variables))).toBe(secret);
    });

    it('writes no file while there are faults', () => {
      expect(faultyNames({ DB_PATH: join(folder, 'unmade', 'kunci.db'), DB_MIGRATE: 'perhaps' })).toEqual([
        'DB_MIGRATE',
      ]);
      expect(existsSync(join(folder, 'unmade'))).toBe(false);
    });
  });

  describe('a secret in a file', () => {
    it('is read without the line end', () => {
      const variables = {
        ...SERVER,
        SECRET_KEY_FILE: fileWith('secret', `${SECRET_KEY}\n`),
        DB_PASSWORD_FILE: fileWith('password', 'p#ss word\r\n'),
      };
      const settings = readSettings(variables);
      expect(keyOf(settings)).toBe(SECRET_KEY);
      expect(settings.database).toMatchObject({ password: 'p#ss word' });
    });

    it('wins over the variable of the same secret', () => {
      const variables = {
        ...MYSQL,
        DB_PASSWORD: 'from the variable',
        DB_PASSWORD_FILE: fileWith('wins', 'from the file'),
      };
      expect(readSettings(variables).database).toMatchObject({ password: 'from the file' });
    });

    it('has to be as good as one in a variable', () => {
      expect(faultyNames({ SECRET_KEY_FILE: fileWith('short', 'hunter2\n') })).toEqual(['SECRET_KEY']);
    });

    it('is a fault if the file is missing', () => {
      const missing = join(folder, 'missing');
      expect(faultsOf({ SECRET_KEY_FILE: missing })).toEqual(['SECRET_KEY_FILE names a file that cannot be read']);
      expect(faultyNames({ ...MYSQL, DB_PASSWORD_FILE: missing })).toEqual(['DB_PASSWORD_FILE']);
    });

    it('is a fault if the file is a folder', () => {
      expect(faultyNames({ ...MYSQL, DB_PASSWORD_FILE: folder })).toEqual(['DB_PASSWORD_FILE']);
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
