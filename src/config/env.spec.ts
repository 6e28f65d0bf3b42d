import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { faultsOf, faultyNames, MYSQL, readWithSecret, SECRET_KEY, SERVER } from '../../test/support/settings.js';
import { readSettings } from './env.js';
import type { Settings } from './settings.js';

describe('readSettings', () => {
  it('has a default for everything but the secret', () => {
    expect(readSettings({ SECRET_KEY })).toEqual({
      http: { host: '127.0.0.1', port: 8080, trustProxy: [], rateLimits: true, maxConnections: 10_000 },
      workers: 1,
      database: { type: 'sqlite', path: resolve('data/kunci.db'), migrate: true, deadlineMs: 2000 },
      redisUrl: undefined,
      secrets: { current: expect.anything(), previous: undefined },
      accessToken: { ttlSeconds: 900, issuer: 'kunci', audience: 'kunci-api' },
      sessions: { idleSeconds: 14 * 86_400, absoluteSeconds: 90 * 86_400, refreshGraceSeconds: 10 },
      introspection: undefined,
      passwords: {
        bcryptCost: 12,
        hashConcurrency: Math.min(availableParallelism(), 3),
        policy: 'classic',
        breachedUrl: undefined,
      },
      mail: {
        transport: 'none',
        smtpUrl: undefined,
        from: { name: 'Kunci', address: 'kunci@localhost' },
        publicUrl: 'http://127.0.0.1:8080',
      },
      accounts: { requireVerifiedEmail: false, defaultLanguage: 'en' },
      metrics: undefined,
      audit: { keptSeconds: 90 * 86_400 },
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
    ['PASSWORD_POLICY', 'nist', (settings: Settings) => settings.passwords.policy, 'nist'],
    ['DEFAULT_LANGUAGE', 'id', (settings: Settings) => settings.accounts.defaultLanguage, 'id'],
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
    ['PASSWORD_POLICY', 'strict'],
    ['REQUIRE_VERIFIED_EMAIL', 'yes'],
    ['DEFAULT_LANGUAGE', 'xx'],
    ['DEFAULT_LANGUAGE', 'EN'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf({ SECRET_KEY, [name]: value })).toEqual([expect.stringMatching(`^${name} must be one of `)]);
  });

  it('cannot be changed afterwards', () => {
    for (const settings of [readSettings({ SECRET_KEY }), readSettings(MYSQL)]) {
      const { http, database, accessToken, passwords, mail, accounts } = settings;
      for (const part of [settings, http, database, accessToken, passwords, mail, mail.from, accounts]) {
        expect(Object.isFrozen(part)).toBe(true);
      }
    }
  });

  it('cannot be changed afterwards', () => {
    const { http } = readWithSecret({ TRUST_PROXY: '127.0.0.1' });
    expect(() => (http.trustProxy as string[]).push('0.0.0.0')).toThrow(TypeError);
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
      SMTP_URL: 'hunter2-of-the-mails',
      MAIL_FROM: 'nobody',
      PUBLIC_URL: 'nowhere',
      BREACHED_PASSWORDS_URL: 'nothing',
    };

    it('come all at once, each with the name of its variable', () => {
      expect(faultyNames(everythingWrong).sort()).toEqual(
        [
          ...['ACCESS_TOKEN_TTL', 'BCRYPT_COST', 'DB_HOST', 'DB_MIGRATE', 'DB_NAME', 'DB_PORT', 'DB_USERNAME'],
          ...['LOG_LEVEL', 'PORT', 'RATE_LIMITS', 'SECRET_KEY', 'TRUST_PROXY'],
          ...['BREACHED_PASSWORDS_URL', 'MAIL_FROM', 'PUBLIC_URL', 'SMTP_URL'],
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
      deadlineMs: 2000,
      poolSize: 10,
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
});
