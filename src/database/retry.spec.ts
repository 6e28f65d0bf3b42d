import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { DatabaseUnavailableError } from './database-unavailable.error.js';
import { retryDeadlock, retryRead } from './retry.js';

const failure = (code: string) => new QueryFailedError('UPDATE', [], Object.assign(new Error('refused'), { code }));

describe('retryDeadlock', () => {
  /** Fails the given number of times. */
  const attempts = (failures: number, error: Error) => {
    const counted = { runs: 0 };
    const run = () => (++counted.runs <= failures ? Promise.reject(error) : Promise.resolve('done'));
    return { counted, run };
  };

  it.each([0, 1, 2])('gets over %i deadlocks', async (failures) => {
    const { counted, run } = attempts(failures, failure('ER_LOCK_DEADLOCK'));
    expect(await retryDeadlock(run)).toBe('done');
    expect(counted.runs).toBe(failures + 1);
  });

  it('gives up after the third', async () => {
    const { counted, run } = attempts(3, failure('ER_LOCK_DEADLOCK'));
    await expect(retryDeadlock(run)).rejects.toBeInstanceOf(QueryFailedError);
    expect(counted.runs).toBe(3);
  });

  it('knows a deadlock from the driver itself', async () => {
    const { counted, run } = attempts(1, Object.assign(new Error('Deadlock found'), { errno: 1213 }));
    expect(await retryDeadlock(run)).toBe('done');
    expect(counted.runs).toBe(2);
  });

  it.each([
    ['another error of the database', failure('ER_DUP_ENTRY')],
    ['an error that only looks like it', Object.assign(new Error('x'), { code: 'ER_LOCK_DEADLOCK' })],
  ])('does not try %s again', async (_what, error) => {
    const { counted, run } = attempts(1, error);
    await expect(retryDeadlock(run)).rejects.toBe(error);
    expect(counted.runs).toBe(1);
  });
});

describe('retryRead', () => {
  const lost = (code: string) => new DatabaseUnavailableError('lost', Object.assign(new Error('x'), { code }));
  const counting = (...failures: Error[]) => {
    const counted = { runs: 0 };
    const read = () => {
      const failure = failures[counted.runs++];
      return failure ? Promise.reject(failure) : Promise.resolve('read');
    };
    return { counted, read };
  };

  it.each([
    ['while acquiring', lost('PROTOCOL_CONNECTION_LOST')],
    ['while reading', new QueryFailedError('SELECT', [], lost('ECONNRESET'))],
  ])('reads once more when the connection was lost %s', async (_when, error) => {
    const { counted, read } = counting(error);
    expect(await retryRead(read)).toBe('read');
    expect(counted.runs).toBe(2);
  });

  it.each([
    ['a database that cannot be reached', lost('ECONNREFUSED')],
    ['an answer that took too long', new DatabaseUnavailableError('no answer in time')],
    ['an error of the statement', failure('ER_NO_SUCH_TABLE')],
  ])('does not try again after %s', async (_what, error) => {
    const { counted, read } = counting(error);
    await expect(retryRead(read)).rejects.toBe(error);
    expect(counted.runs).toBe(1);
  });

  it('tries no third time', async () => {
    const { counted, read } = counting(lost('EPIPE'), lost('EPIPE'));
    await expect(retryRead(read)).rejects.toBeInstanceOf(DatabaseUnavailableError);
    expect(counted.runs).toBe(2);
  });
});
