import { describe, expect, it } from '@jest/globals';
import { Counter } from '../limits/counter.js';
import type { CountersService } from '../limits/counters.service.js';
import { waitSeconds } from './back-off.js';
import { FailureCounter } from './failure-counter.js';

/** The real thing on the memory of this process, and a way to end a wait without waiting. */
function counting(rules: { free: number; most: number }) {
  const counters = new Map<string, Counter>();
  const service: Pick<CountersService, 'counter'> = {
    counter: (options) => {
      const counter = new Counter(options, null);
      counters.set(options.name, counter);
      return counter;
    },
  };
  const failures = new FailureCounter(service as CountersService, { name: 'test', ...rules });
  return { failures, endWait: () => counters.get('test.wait')!.reset('ana') };
}

describe('FailureCounter', () => {
  it('lets the free ones in, then one after each wait, and the waits grow', async () => {
    const { failures, endWait } = counting({ free: 3, most: 9 });
    for (let i = 0; i < 3; i++) expect((await failures.begin('ana', 0)).refusedSeconds).toBe(0);
    for (let over = 1; over <= 6; over++) {
      expect((await failures.begin('ana', 0)).refusedSeconds).toBe(0);
      if (over === 6) break;
      expect((await failures.begin('ana', 0)).refusedSeconds).toBe(waitSeconds(over));
      await endWait();
    }
  });

  it('lets nobody in any more after the last one, not even after the wait, until a reset', async () => {
    const { failures, endWait } = counting({ free: 2, most: 4 });
    for (let i = 0; i < 4; i++) {
      expect((await failures.begin('ana', 0)).refusedSeconds).toBe(0);
      await endWait();
    }
    expect((await failures.begin('ana', 0)).refusedSeconds).toBe(3600);
    expect((await failures.begin('bob', 0)).refusedSeconds).toBe(0);
    await failures.reset('ana');
    expect((await failures.begin('ana', 0)).refusedSeconds).toBe(0);
  });

  it('never lets more of a burst in than are free and one', async () => {
    const { failures } = counting({ free: 10, most: 50 });
    const attempts = await Promise.all(Array.from({ length: 200 }, () => failures.begin('ana', 0)));
    expect(attempts.filter(({ refusedSeconds }) => refusedSeconds === 0)).toHaveLength(11);
    expect(new Set(attempts.map(({ refusedSeconds }) => refusedSeconds))).toEqual(new Set([0, 30]));
  });

  it('does not count what is given back, and lets the next one in at once', async () => {
    const { failures } = counting({ free: 2, most: 4 });
    for (let i = 0; i < 20; i++) {
      const attempt = await failures.begin('ana', 0);
      expect(attempt.refusedSeconds).toBe(0);
      await attempt.giveBack();
    }
    for (let i = 0; i < 2; i++) await failures.begin('ana', 0);
    for (let i = 0; i < 20; i++) {
      const attempt = await failures.begin('ana', 0);
      expect(attempt.refusedSeconds).toBe(0);
      await attempt.giveBack();
    }
  });

  it('gives nothing away for what is given back after a reset', async () => {
    const { failures } = counting({ free: 2, most: 4 });
    const attempt = await failures.begin('ana', 0);
    await failures.reset('ana');
    await attempt.giveBack();
    for (let i = 0; i < 3; i++) expect((await failures.begin('ana', 0)).refusedSeconds).toBe(0);
    expect((await failures.begin('ana', 0)).refusedSeconds).toBe(30);
  });
});
