import { availableParallelism } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { faultsOf, faultyNames, MYSQL, readWithSecret, SECRET_KEY } from '../../test/support/settings.js';
import { readSettings } from './env.js';

describe('WEB_CONCURRENCY and HASH_CONCURRENCY', () => {
  const read = (variables: NodeJS.ProcessEnv) => readSettings({ ...MYSQL, ...variables });

  it('make one process that hashes on all cores but leaves a thread free', () => {
    const { workers, passwords } = read({});
    expect([workers, passwords.hashConcurrency]).toEqual([1, Math.min(availableParallelism(), 3)]);
  });

  it('share the cores among the processes', () => {
    const cores = availableParallelism();
    const auto = read({ WEB_CONCURRENCY: 'auto', UV_THREADPOOL_SIZE: '64' });
    expect([auto.workers, auto.passwords.hashConcurrency]).toEqual([cores, 1]);
    expect(read({ WEB_CONCURRENCY: String(cores * 4) }).passwords.hashConcurrency).toBe(1);
    expect(read({ HASH_CONCURRENCY: '7', UV_THREADPOOL_SIZE: '8' }).passwords.hashConcurrency).toBe(7);
  });

  it.each([
    ['WEB_CONCURRENCY', '0'],
    ['WEB_CONCURRENCY', 'all'],
    ['HASH_CONCURRENCY', '0'],
    ['HASH_CONCURRENCY', '4'],
  ])('refuse %s=%s', (name, value) => {
    expect(faultyNames({ ...MYSQL, [name]: value })).toEqual([name]);
  });

  it('serve SQLite by one process unless Redis counts for all', () => {
    const two = { SECRET_KEY, WEB_CONCURRENCY: '2' };
    expect(faultyNames(two)).toEqual(['WEB_CONCURRENCY']);
    expect(readSettings({ ...two, REDIS_URL: 'redis://127.0.0.1:6379' }).workers).toBe(2);
  });
});

describe('METRICS_PORT', () => {
  const token = 'a-token-for-Prometheus-0123456789-abc';
  const read = (HOST: string, METRICS_HOST: string, port = '8080') =>
    faultsOf({ SECRET_KEY, HOST, PORT: port, METRICS_HOST, METRICS_PORT: port, METRICS_TOKEN: token });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['10.0.0.5', '0.0.0.0'],
    ['::', '::1'],
  ])('is refused if it is PORT, with HOST=%s and METRICS_HOST=%s', (host, metricsHost) => {
    expect(read(host, metricsHost)).toEqual([
      expect.stringMatching(/^METRICS_PORT must be another than PORT \(8080\)/),
    ]);
  });

  it('may be PORT on another address, or where the system chooses', () => {
    expect(read('10.0.0.5', '127.0.0.1')).toEqual([]);
    expect(read('127.0.0.1', '127.0.0.1', '0')).toEqual([]);
  });
});

describe('REDIS_URL and METRICS_HOST', () => {
  it.each(['localhost:6379', 'http://127.0.0.1', 'redis', '127.0.0.1'])('refuse REDIS_URL=%s', (url) => {
    expect(faultyNames({ SECRET_KEY, REDIS_URL: url })).toEqual(['REDIS_URL']);
  });

  it('serve metrics nowhere unless asked to, and to other machines only for a token', () => {
    const token = 'a-token-for-Prometheus-0123456789-abc';
    expect(readWithSecret({}).metrics).toBeUndefined();
    expect(readWithSecret({ METRICS_TOKEN: token }).metrics).toBeUndefined();
    expect(readWithSecret({ METRICS_HOST: '127.0.0.1' }).metrics).toEqual({
      host: '127.0.0.1',
      port: 9464,
      token: undefined,
    });
    expect(faultyNames({ SECRET_KEY, METRICS_HOST: '0.0.0.0' })).toEqual(['METRICS_TOKEN']);
    expect(faultyNames({ SECRET_KEY, METRICS_HOST: '127.0.0.1', METRICS_TOKEN: 'short' })).toEqual(['METRICS_TOKEN']);
    expect(readWithSecret({ METRICS_HOST: '::', METRICS_TOKEN: token }).metrics?.token).toBe(token);
  });
});
