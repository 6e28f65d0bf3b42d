import { describe, expect, it } from '@jest/globals';
import { waitSeconds } from './back-off.js';

describe('waitSeconds', () => {
  it.each([
    [1, 30],
    [2, 60],
    [3, 120],
    [7, 1920],
    [8, 3600],
    [40, 3600],
    [5000, 3600],
  ])('is, for attempt %i over the free ones, %i', (attempt, seconds) => {
    expect(waitSeconds(attempt)).toBe(seconds);
  });
});
