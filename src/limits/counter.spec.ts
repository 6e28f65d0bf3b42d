import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Counter } from './counter.js';

const START = new Date('2026-01-01T12:00:00Z').getTime();
const HOUR = 3_600_000;

describe('Counter, when the clock is set', () => {
  let counter: Counter;
  beforeEach(async () => {
    // Timers go on: those of Node do not follow the clock.
    jest.useFakeTimers({
      doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'setInterval', 'setTimeout', 'performance'],
      now: START,
    });
    counter = new Counter({ name: 'tries', points: 2, seconds: 60 }, null);
    await counter.consume('ana');
    await counter.consume('ana');
    expect(await counter.consume('ana')).toBe(60_000);
  });
  afterEach(async () => {
    await counter.reset('ana');
    jest.useRealTimers();
  });

  it('counts anew after an hour back, as often as ever', async () => {
    jest.setSystemTime(START - HOUR);
    expect(await counter.read('ana')).toEqual({ points: 3, msLeft: 0 });
    expect([await counter.consume('ana'), await counter.consume('ana')]).toEqual([0, 0]);
    expect(await counter.consume('ana')).toBe(60_000);
  });

  it('forgives nothing for half a minute back, by which the clocks of two processes may differ', async () => {
    jest.setSystemTime(START - 30_000);
    expect(await counter.consume('ana')).toBe(90_000);
    expect((await counter.read('ana')).msLeft).toBe(90_000);
  });

  it('believes no wait to be longer than it was made for, in a counter of longer ones', async () => {
    const waits = new Counter({ name: 'waits', points: 1, seconds: 3600 }, null);
    await waits.consume('ana', 30);
    expect(await waits.consume('ana', 30)).toBe(30_000);
    jest.setSystemTime(START - HOUR);
    expect((await waits.read('ana', 30)).msLeft).toBe(0);
    expect(await waits.consume('ana', 30)).toBe(0);
    expect(await waits.consume('ana', 30)).toBe(30_000);
    await waits.reset('ana');
  });

  it('lets nobody wait longer for an hour ahead', async () => {
    jest.setSystemTime(START + HOUR);
    expect(await counter.consume('ana')).toBeLessThanOrEqual(60_000);
  });
});
