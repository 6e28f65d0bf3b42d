import { describe, expect, it } from '@jest/globals';
import { MYSQL, readWithSecret } from '../../test/support/settings.js';
import { readSettings } from '../config/env.js';
import { readSettingsFacts } from '../config/settings-facts.js';
import { checkSpace } from './embedded.check.js';
import { checkProxy } from './exposure.check.js';
import { checkPrivacy } from './mail.check.js';
import { checkHashing, checkNode, checkOpenFiles, checkThreadPool } from './processes.check.js';
import {
  checkClock,
  checkConnections,
  checkDurability,
  checkEncryption,
  checkSqlMode,
  skewMs,
} from './server.check.js';
import { meantName } from './settings.check.js';

const { knownNames } = readSettingsFacts({
  environment: {},
  envFile: { path: '/srv/.env', isThere: false, variables: {}, fault: undefined },
});

describe('meantName', () => {
  it.each([
    ['ACCES_TOKEN_TTL', 'ACCESS_TOKEN_TTL'],
    ['DB_PASWORD', 'DB_PASSWORD'],
    ['BCRYPT_COSTS', 'BCRYPT_COST'],
    ['SECRET_KEY_FILES', 'SECRET_KEY_FILE'],
    ['HOSTS', 'HOST'],
    ['DB_USER', 'DB_USERNAME'],
    ['DB_PASS', 'DB_PASSWORD'],
    ['DB_DATABASE', 'another of the DB_ settings'],
    ['DB_NAME_FILE', 'DB_NAME'],
  ])('takes %s for %s', (name, meant) => {
    expect(meantName(name, knownNames)).toBe(meant);
  });

  it.each(['HOME', 'PATH', 'PWD', 'LANG', 'HOSTNAME', 'SHELL', 'MAIL', 'USER', 'TERM', 'COMPOSE_PROFILES'])(
    'leaves %s alone',
    (name) => expect(meantName(name, knownNames)).toBeUndefined(),
  );
});

describe('checkClock', () => {
  it.each([
    [0, 'ok'],
    [-1000, 'ok'],
    [1001, 'warning'],
    [-10_000, 'warning'],
    [10_001, 'fault'],
    [-3_600_000, 'fault'],
  ])('finds %i ms with a grace time of 10 s: %s', (skew, level) => {
    expect(checkClock(skew, 10).level).toBe(level);
  });

  it('calls anything over a second a fault without a grace time', () => {
    expect(checkClock(1500, 0).level).toBe('fault');
  });

  it('goes by the quickest answer, and halves its way', () => {
    const slow = { askedAt: 0, serverAt: 9_000, answeredAt: 4_000 };
    const quick = { askedAt: 10_000, serverAt: 12_050, answeredAt: 10_100 };
    expect(skewMs([slow, quick, slow])).toBe(2_000);
    expect(skewMs([{ askedAt: 10_000, serverAt: 7_000, answeredAt: 10_000 }])).toBe(-3_000);
  });
});

describe('what a server says of itself', () => {
  it.each([
    [151, 10, 1, 'ok'],
    [45, 10, 4, 'ok'],
    [44, 10, 4, 'warning'],
    [40, 10, 4, 'warning'],
    [39, 10, 4, 'fault'],
  ])('%i connections for pools of %i in %i processes: %s', (maxConnections, pool, workers, level) => {
    expect(checkConnections({ maxConnections }, pool, workers).level).toBe(level);
  });

  it.each([
    [checkDurability({ flushAtCommit: 1 }), 'ok'],
    [checkDurability({ flushAtCommit: 2 }), 'warning'],
    [checkDurability({ flushAtCommit: 0 }), 'warning'],
    [checkSqlMode({ isStrict: false }), 'fault'],
    [checkEncryption({ isEncrypted: false }, '127.0.0.1'), 'ok'],
    [checkEncryption({ isEncrypted: false }, 'db.internal'), 'warning'],
    [checkEncryption({ isEncrypted: true }, 'db.internal'), 'ok'],
  ])('%o', (finding, level) => {
    expect(finding.level).toBe(level);
  });
});

describe('what the machine has', () => {
  const MEGABYTE = 1024 * 1024;
  it.each([
    [2048, 'ok'],
    [1023, 'warning'],
    [49, 'fault'],
  ])('%i MB of disk: %s', (megabytes, level) => {
    expect(checkSpace({ folder: '/data', freeBytes: megabytes * MEGABYTE }).level).toBe(level);
  });

  it.each([
    ['20.19.0', '2026-04-30', 'ok'],
    ['20.19.0', '2026-05-01', 'warning'],
    ['22.13.0', '2026-11-23', 'ok'],
    ['23.1.0', '2026-11-23', 'warning'],
    ['18.0.0', '2026-01-01', 'warning'],
    ['99.0.0', '2026-11-23', 'ok'],
  ])('Node %s on %s: %s', (version, day, level) => {
    expect(checkNode(version, new Date(`${day}T12:00:00Z`)).level).toBe(level);
  });

  it('open files for clients, the pool and itself', () => {
    const settings = readSettings({ ...MYSQL, MAX_CONNECTIONS: '1000' });
    expect(checkOpenFiles(settings, 1074)[0]?.level).toBe('ok');
    expect(checkOpenFiles(settings, 1073)[0]).toMatchObject({
      level: 'fault',
      advice: expect.stringContaining('=999'),
    });
    expect(checkOpenFiles(settings, undefined)).toEqual([]);
  });

  it.each([
    [2, 1, 2, 'ok'],
    [3, 1, 2, 'warning'],
    [1, 8, 2, 'ok'],
    [2, 8, 8, 'warning'],
  ])('%i hashes at once in %i processes on %i cores: %s', (hashConcurrency, workers, cores, level) => {
    const passwords = { ...readWithSecret({}).passwords, hashConcurrency };
    expect(checkHashing({ passwords, workers }, cores).level).toBe(level);
  });

  it('threads for what is to hash', () => {
    const passwords = { ...readWithSecret({}).passwords, hashConcurrency: 4 };
    expect(checkThreadPool({ passwords }, undefined)).toMatchObject({
      level: 'warning',
      advice: expect.stringContaining('UV_THREADPOOL_SIZE=8'),
    });
    expect(checkThreadPool({ passwords }, 5).level).toBe('ok');
    expect(checkThreadPool({ passwords: { ...passwords, hashConcurrency: 3 } }, undefined).level).toBe('ok');
  });
});

describe('checkProxy', () => {
  it.each([
    ['127.0.0.1', '', 'ok'],
    ['0.0.0.0', '', 'warning'],
    ['::', '', 'warning'],
    ['0.0.0.0', '127.0.0.1,10.0.0.0/8,fc00::/7', 'ok'],
    ['127.0.0.1', '10.0.0.0/7', 'fault'],
    ['0.0.0.0', '::/1', 'fault'],
  ])('HOST=%s TRUST_PROXY=%s: %s', (HOST, TRUST_PROXY, level) => {
    expect(checkProxy(readWithSecret({ HOST, TRUST_PROXY })).level).toBe(level);
  });
});

describe('checkPrivacy', () => {
  const PAGES = 'https://accounts.example.com';
  it.each([
    ['smtps://mail.example.com', PAGES, ['ok']],
    ['smtp://mail.example.com?requireTLS=true', PAGES, ['ok']],
    ['smtp://127.0.0.1:1025', 'http://localhost:8080', ['ok']],
    ['smtp://mail.example.com', PAGES, ['warning']],
    ['smtps://mail.example.com?tls.rejectUnauthorized=false', PAGES, ['warning']],
    ['smtps://127.0.0.1?tls.rejectUnauthorized=false', PAGES, ['ok']],
    ['smtps://mail.example.com', 'http://accounts.example.com', ['warning']],
    ['smtp://mail.example.com?requireTLS=false', 'http://accounts.example.com', ['warning', 'warning']],
  ])('mails by %s with links to %s: %j', (smtpUrl, publicUrl, levels) => {
    expect(checkPrivacy({ smtpUrl, publicUrl }).map(({ level }) => level)).toEqual(levels);
  });
});
