import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Progress } from './progress.js';

const watched = (isTTY: boolean) => {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { written, progress: new Progress({ isTTY, write } as unknown as NodeJS.WriteStream) };
};

describe('Progress', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('says every few seconds in a log how far it is, and nothing of what is quick', () => {
    const { written, progress } = watched(false);
    for (let rows = 1_000; rows <= 12_000; rows += 1_000) {
      progress.tell('Adopting', rows, 20_000);
      jest.advanceTimersByTime(1_000);
    }
    progress.tell('Comparing addresses of', 1, undefined);
    progress.clear();
    expect(written).toEqual([
      'Adopting rows: 6000, 30 %, 1200 a second\n',
      'Adopting rows: 11000, 55 %, 1100 a second\n',
    ]);
  });

  it('keeps to one line of a terminal, and clears it', () => {
    const { written, progress } = watched(true);
    progress.clear();
    progress.tell('Looking at', 0, undefined);
    jest.advanceTimersByTime(500);
    progress.tell('Looking at', 500, undefined);
    jest.advanceTimersByTime(100);
    progress.tell('Looking at', 600, undefined);
    progress.clear();
    expect(written.at(-2)).toBe('\r\u001b[KLooking at rows: 500, 1000 a second');
    expect(written.at(-1)).toBe('\r\u001b[K');
  });
});
