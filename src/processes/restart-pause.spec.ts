import { describe, expect, it } from '@jest/globals';
import { RestartPause } from './restart-pause.js';

describe('RestartPause', () => {
  const pauses = (lives: number[]) => {
    const pause = new RestartPause();
    return lives.map((livedMs) => pause.after(livedMs));
  };

  it.each([
    ['replaces at once what had lived', [60_000, 5_000, 60_000], [0, 0, 0]],
    ['replaces at once the first that died of its start', [10], [0]],
    [
      'waits longer each time, up to 5 s',
      Array(9).fill(4_999),
      [0, 250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000],
    ],
    ['begins anew after one that lived', [10, 10, 10, 60_000, 10, 10], [0, 250, 500, 0, 0, 250]],
  ])('%s', (_what, lives: number[], expected: number[]) => {
    expect(pauses(lives)).toEqual(expected);
  });
});
