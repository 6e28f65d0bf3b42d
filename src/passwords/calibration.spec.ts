import { describe, expect, it } from '@jest/globals';
import { concurrenciesFor, proposeConcurrency, proposeCost, shareOf } from './calibration.js';

/** Cost 10 takes so long, each further one twice as long. */
const timesFrom = (milliseconds: number) =>
  [10, 11, 12, 13, 14].map((cost, i) => ({ cost, milliseconds: milliseconds * 2 ** i, isReckoned: false }));

describe('proposeCost', () => {
  it.each([
    [15, 250, 14],
    [30, 250, 13],
    [62.5, 250, 12],
    [63, 250, 12],
    [250, 250, 12],
    [251, 250, 10],
    [2000, 250, 10],
    [30, 1000, 14],
    [30, 50, 12],
  ])('where cost 10 takes %d ms and a hash may take %d: %i', (milliseconds, target, cost) => {
    expect(proposeCost(timesFrom(milliseconds), target)).toBe(cost);
  });
});

describe('proposeConcurrency', () => {
  const rates = (...perSecond: number[]) => perSecond.map((rate, i) => ({ concurrency: i + 1, perSecond: rate }));

  it.each([
    [[4, 8, 8.1], 2],
    [[4, 7.5, 8], 3],
    [[4, 4, 4], 1],
    [[4, 7.6, 8], 2],
    [[8, 4, 2], 1],
  ])('of the rates %j: %i at once', (perSecond, concurrency) => {
    expect(proposeConcurrency(rates(...perSecond)).concurrency).toBe(concurrency);
  });
});

it.each([
  [8, 1, 8],
  [8, 4, 2],
  [5, 4, 1],
  [2, 8, 1],
])('%i at once, shared by %i processes, are %i for each', (concurrency, processes, share) => {
  expect(shareOf(concurrency, processes)).toBe(share);
});

it.each([
  [1, [1, 2]],
  [4, [1, 2, 3, 4, 5]],
  [8, [1, 2, 4, 6, 8, 9]],
  [64, [1, 16, 32, 48, 64, 65]],
])('on %i cores it measures %j at once', (cores, concurrencies) => {
  expect(concurrenciesFor(cores)).toEqual(concurrencies);
});
