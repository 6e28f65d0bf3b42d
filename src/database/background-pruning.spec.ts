import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BackgroundPruning } from './background-pruning.js';
import type { UsedBy } from './used-by.js';

class Pruning extends BackgroundPruning {
  readonly table = 'things';

  prune(): Promise<number> {
    return Promise.resolve(0);
  }
}

describe('background pruning', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it.each<[UsedBy, number]>([
    ['server', 1],
    ['command', 0],
  ])('waits for its turn in a %s: %d timer', (usedBy, timers) => {
    const pruning = Object.assign(new Pruning(), { usedBy } as object);
    pruning.onApplicationBootstrap();
    expect(jest.getTimerCount()).toBe(timers);
    pruning.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
  });
});
