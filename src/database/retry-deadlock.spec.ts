import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { retryDeadlock } from './retry-deadlock.js';

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

  it.each([
    ['another error of the database', failure('ER_DUP_ENTRY')],
    ['an error that only looks like it', Object.assign(new Error('x'), { code: 'ER_LOCK_DEADLOCK' })],
  ])('does not try %s again', async (_what, error) => {
    const { counted, run } = attempts(1, error);
    await expect(retryDeadlock(run)).rejects.toBe(error);
    expect(counted.runs).toBe(1);
  });
});
