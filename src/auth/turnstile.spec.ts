import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Turnstile } from './turnstile.js';

describe('Turnstile', () => {
  it('lets no more through at once than it is wide, all in the end, and in their order', async () => {
    const turnstile = new Turnstile(2, 1_000);
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
    const turnstile = new Turnstile(1, 1_000);
    let leave: () => void = () => undefined;
    const first = turnstile.pass('a', () => new Promise<void>((resolve) => (leave = resolve)));
    expect(await turnstile.pass('b', () => Promise.resolve('through'))).toBe('through');
    leave();
    await first;
  });

  it('sends away who would wait too long, and lets the next ones in as before', async () => {
    const turnstile = new Turnstile(1, 50);
    let leave: () => void = () => undefined;
    let hasRun = false;
    const first = turnstile.pass('a', () => new Promise<void>((resolve) => (leave = resolve)));
    const second = turnstile.pass('a', () => Promise.resolve((hasRun = true)));
    await expect(second).rejects.toMatchObject({ code: 'service_unavailable' });
    const third = turnstile.pass('a', () => Promise.resolve('through'));
    await sleep(1);
    leave();
    await first;
    expect([await third, hasRun]).toEqual(['through', false]);
    expect(await turnstile.pass('a', () => Promise.resolve('again'))).toBe('again');
  });
});
