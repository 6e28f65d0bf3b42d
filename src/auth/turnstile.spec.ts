import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Turnstile } from './turnstile.js';

describe('Turnstile', () => {
  it('lets no more through at once than it is wide, all in the end, and in their order', async () => {
    const turnstile = new Turnstile(2);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    const runs = Array.from({ length: 9 }, (_, number) =>
      turnstile.pass('a', async () => {
        most = Math.max(most, ++inside);
        order.push(number);
        await turn();
        inside--;
        if (number === 3) throw new Error('wrong');
        return number;
      }),
    );
    const outcomes = await Promise.allSettled(runs);
    expect(outcomes.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await turnstile.pass('a', () => Promise.resolve('again'))).toBe('again');
  });

  it('keeps nobody waiting for another key', async () => {
    const turnstile = new Turnstile(1);
    let leave: () => void = () => undefined;
    const first = turnstile.pass('a', () => new Promise<void>((resolve) => (leave = resolve)));
    expect(await turnstile.pass('b', () => Promise.resolve('through'))).toBe('through');
    leave();
    await first;
  });
});
