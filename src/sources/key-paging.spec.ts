import { describe, expect, it } from '@jest/globals';
import { following, pagesByKey } from './key-paging.js';
import { PAGE } from './source.js';

describe('paging by key', () => {
  it('goes on after the last row, whatever the key is made of', () => {
    expect(following(['a'], [1])).toEqual({ where: 'WHERE (a > ?)', values: [1] });
    expect(following(['a', 'b', 'c'], [1, 2, 3])).toEqual({
      where: 'WHERE (a > ?) OR (a = ? AND b > ?) OR (a = ? AND b = ? AND c > ?)',
      values: [1, 1, 2, 1, 2, 3],
    });
  });

  it.each([0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE])('gives each of %i rows once', async (count) => {
    const keys = Array.from({ length: count }, (_, i) => i);
    const asked: unknown[][] = [];
    const read = (_sql: string, values: readonly unknown[]) => {
      asked.push([...values]);
      const [after = -1] = values as number[];
      return keys
        .filter((key) => key > after)
        .slice(0, PAGE)
        .map((key) => [key, `${key}@x`]);
    };
    const given: unknown[] = [];
    const table = { table: 't', keys: ['id'], select: (name: string) => name, read };
    for await (const page of pagesByKey(table, new Map([['email', 'mail']]))) {
      expect(page.length).toBeLessThanOrEqual(PAGE);
      given.push(...page.map(({ position, values }) => [position, values?.email]));
    }
    expect(given).toEqual(keys.map((key) => [String(key), `${key}@x`]));
    expect(asked).toHaveLength(Math.floor(count / PAGE) + 1);
  });
});
