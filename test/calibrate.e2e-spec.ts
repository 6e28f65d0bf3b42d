import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { kunci } from './support/cli.js';

interface Calibration {
  cores: number;
  processes: number;
  times: { cost: number; milliseconds: number }[];
  rates: { concurrency: number; perSecond: number }[];
  bcryptCost: number;
  hashConcurrency: number;
  loginsPerSecond: number;
}

describe('kunci calibrate', () => {
  const settings = {
    DB_HOST: '127.0.0.1',
    DB_USERNAME: 'x',
    DB_NAME: 'x',
    SECRET_KEY: randomBytes(48).toString('base64'),
  };

  // It ends before the deadline of the command line in test/support/cli.ts, on any machine that can do cost 12.
  it('proposes what follows from what it measured, and asks no database', async () => {
    const { exitCode, stdout, stderr } = await kunci({ ...settings, WEB_CONCURRENCY: '2' }, 'calibrate', '--json');
    expect([exitCode, stderr]).toEqual([0, '']);
    const { cores, processes, times, rates, ...proposed } = JSON.parse(stdout) as Calibration;
    expect([cores, processes]).toEqual([availableParallelism(), 2]);
    expect(times.map(({ cost }) => cost)).toEqual([10, 11, 12, 13, 14]);
    for (const { milliseconds } of times) expect(milliseconds).toBeGreaterThan(0);
    const within = times.filter(({ milliseconds }) => milliseconds <= 250).map(({ cost }) => cost);
    const usual = times.find(({ cost }) => cost === 12)?.milliseconds ?? 0;
    expect(proposed.bcryptCost).toBe(usual <= 1000 ? Math.max(12, ...within) : 10);
    expect(rates.at(-1)?.concurrency).toBe(cores + 1);
    const best = Math.max(...rates.map(({ perSecond }) => perSecond));
    const chosen = rates.find(({ perSecond }) => perSecond >= best * 0.95);
    expect(proposed.loginsPerSecond).toBe(chosen?.perSecond);
    expect(proposed.hashConcurrency).toBe(Math.max(1, Math.floor((chosen?.concurrency ?? 0) / processes)));
  });

  it.each(['0', '-5', 'soon', '1e9'])('refuses a target of %s ms before it measures anything', async (target) => {
    const { exitCode, stdout, stderr } = await kunci(settings, 'calibrate', '--target-ms', target);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--target-ms');
  });
});
