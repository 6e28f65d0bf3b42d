import { describe, expect, it } from '@jest/globals';
import { readWithSecret } from '../../test/support/settings.js';
import { AppError } from '../http/app-error.js';
import { HashingGate } from './hashing-gate.js';

/** With work of the default cost, a place of 250 ms each: five of them are the longest wait. */
const gateOf = (concurrency: number) =>
  new HashingGate(readWithSecret({ HASH_CONCURRENCY: String(concurrency), UV_THREADPOOL_SIZE: '64' }));

/** Work that ends when it is told to. */
class Hashes {
  running = 0;
  most = 0;
  private readonly ends: (() => void)[] = [];

  readonly next = (): Promise<string> =>
    new Promise((resolve) => {
      this.running += 1;
      this.most = Math.max(this.most, this.running);
      this.ends.push(() => {
        this.running -= 1;
        resolve('hash');
      });
    });

  async endAll(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const end = this.ends.shift();
      if (!end) return;
      end();
    }
  }
}

describe('HashingGate', () => {
  it.each([1, 2, 5])('hashes %i at once and never more, and all that it let in', async (concurrency) => {
    const gate = gateOf(concurrency);
    const hashes = new Hashes();
    const results = Array.from({ length: concurrency * 3 }, () => gate.run(hashes.next));
    await hashes.endAll();
    expect(await Promise.all(results)).toEqual(results.map(() => 'hash'));
    expect(hashes.most).toBe(concurrency);
  });

  it.each([1, 2, 8])('sends away who would wait longer than bearable, with %i at once', async (concurrency) => {
    const gate = gateOf(concurrency);
    const hashes = new Hashes();
    const results: Promise<string>[] = [];
    const fill = () => {
      for (let i = 0; i < 1000; i++) results.push(gate.run(hashes.next));
    };
    expect(fill).toThrow(AppError);
    expect(() => gate.run(hashes.next)).toThrow(
      expect.objectContaining({ code: 'service_unavailable', headers: { 'retry-after': '2' } }),
    );
    // Those that run, and 1.25 s of work of 250 ms behind each of them.
    expect(results).toHaveLength(concurrency * 6);
    await hashes.endAll();
    expect(await Promise.all(results)).toHaveLength(concurrency * 6);
    expect(await gate.run(() => Promise.resolve('hash'))).toBe('hash');
  });

  it('keeps the places of those who are on their way to hash, and gives them back when they arrive or fail', async () => {
    const gate = gateOf(1);
    const arrive: (() => void)[] = [];
    const onTheWay = () => gate.occupy(() => new Promise<string>((resolve) => arrive.push(() => resolve('there'))));
    const admitted = Array.from({ length: 6 }, onTheWay);
    expect(onTheWay).toThrow(AppError);
    expect(() => gate.run(() => Promise.resolve('hash'))).toThrow(AppError);
    for (const next of arrive) next();
    expect(await Promise.all(admitted)).toEqual(Array.from({ length: 6 }, () => 'there'));
    expect(await gate.run(() => Promise.resolve('hash'))).toBe('hash');
    for (let i = 0; i < 8; i++)
      await expect(gate.occupy(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  });

  it('lets fewer wait when hashing turns out to be slower, more when it is quicker', async () => {
    const queueOf = async (work: () => Promise<unknown>) => {
      const gate = gateOf(1);
      for (let i = 0; i < 20; i++) await gate.run(work);
      const hashes = new Hashes();
      let waiting = 0;
      try {
        for (; waiting < 1000; waiting++) void gate.run(hashes.next);
      } catch {
        await hashes.endAll();
      }
      return waiting;
    };
    const quick = await queueOf(() => Promise.resolve());
    const slow = await queueOf(() => new Promise((resolve) => setTimeout(resolve, 400)));
    expect(quick).toBeGreaterThan(20);
    expect(slow).toBeLessThan(6);
  });

  it('goes on after a hash that failed', async () => {
    const gate = gateOf(1);
    await expect(gate.run(() => Promise.reject(new Error('no salt')))).rejects.toThrow('no salt');
    expect(await gate.run(() => Promise.resolve('hash'))).toBe('hash');
  });
});
