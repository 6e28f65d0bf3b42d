import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AuditQueue } from './audit-queue.js';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('AuditQueue', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** A table whose server answers as it is told to: `fails` many times not at all. */
  function table(fails = 0) {
    const batches: number[][] = [];
    const queue = new AuditQueue<number>((rows) => {
      if (fails-- > 0) return Promise.reject(new Error('away'));
      batches.push(rows);
      return Promise.resolve();
    });
    return { queue, batches };
  }

  it('writes what it gathered in a quarter of a second, in one statement', async () => {
    const { queue, batches } = table();
    for (const row of numbers(3)) queue.add(row);
    await jest.advanceTimersByTimeAsync(249);
    expect(batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[0, 1, 2]]);
  });

  it('writes more than a batch one after the other, without a pause', async () => {
    const { queue, batches } = table();
    for (const row of numbers(450)) queue.add(row);
    await jest.advanceTimersByTimeAsync(260);
    expect(batches.map(({ length }) => length)).toEqual([200, 200]);
    await jest.advanceTimersByTimeAsync(250);
    expect(batches.flat()).toEqual(numbers(450));
  });

  it('tries again after a second what failed, and keeps the order', async () => {
    const { queue, batches } = table(2);
    queue.add(0);
    await jest.advanceTimersByTimeAsync(300);
    queue.add(1);
    await jest.advanceTimersByTimeAsync(1_900);
    expect(batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(100);
    expect(batches).toEqual([[0, 1]]);
  });

  it('takes 5000 rows at most while nothing can be written', async () => {
    const { queue } = table(Infinity);
    expect(numbers(5_003).map((row) => queue.add(row))).toEqual(numbers(5_003).map((row) => row < 5_000));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(queue.add(0)).toBe(false);
  });

  it('writes all that waits before it is closed, and takes nothing after it', async () => {
    const { queue, batches } = table();
    for (const row of numbers(450)) queue.add(row);
    expect(await queue.close(1_000)).toBe(0);
    expect(batches.flat()).toEqual(numbers(450));
    expect(queue.add(0)).toBe(false);
  });

  it('neither loses nor repeats what is being written while it is closed', async () => {
    const batches: number[][] = [];
    const queue = new AuditQueue<number>(async (rows) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      batches.push(rows);
    });
    for (const row of numbers(250)) queue.add(row);
    await jest.advanceTimersByTimeAsync(300);
    const closed = queue.close(5_000);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await closed).toBe(0);
    expect(batches.flat()).toEqual(numbers(250));
  });

  it.each([
    ['fails', () => Promise.reject(new Error('away'))],
    ['hangs', () => new Promise(() => undefined)],
  ])('is closed by its deadline when the database %s, and says how many rows are lost', async (_how, write) => {
    const queue = new AuditQueue<number>(write);
    for (const row of numbers(7)) queue.add(row);
    const closed = queue.close(1_000);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await closed).toBe(7);
  });
});
