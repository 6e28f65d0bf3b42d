import { describe, expect, it } from '@jest/globals';
import { readInstant } from './instant.js';

const NOW = new Date('2026-01-02T03:04:05.678Z');

describe('readInstant', () => {
  it.each([
    ['2024-05-06 07:08:09', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06 07:08:09.123456', '2024-05-06T07:08:09.123Z'],
    ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08:09+07:00', '2024-05-06T00:08:09.000Z'],
    ['2024-05-06 07:08', '2024-05-06T07:08:00.000Z'],
    ['2024-05-06', '2024-05-06T00:00:00.000Z'],
    [1_714_979_289, '2024-05-06T07:08:09.000Z'],
    ['1714979289', '2024-05-06T07:08:09.000Z'],
    [1_714_979_289_123n, '2024-05-06T07:08:09.123Z'],
    [new Date('2024-05-06T07:08:09Z'), '2024-05-06T07:08:09.000Z'],
  ])('reads %p', (value, expected) => {
    expect(readInstant(value, NOW)?.toISOString()).toBe(expected);
  });

  it.each([true, 1, 1n, '1', 'True', 'yes', Buffer.from([1])])('takes %p for now', (value) => {
    expect(readInstant(value, NOW)).toBe(NOW);
  });

  it.each([null, undefined, '', false, 0, 0n, '0', 'FALSE', '0000-00-00 00:00:00', Buffer.from([0])])(
    'takes %p for never',
    (value) => {
      expect(readInstant(value, NOW)).toBeNull();
    },
  );

  it.each([
    'soon',
    '2024-13-01',
    '2024-02-03 25:00:00',
    '06/05/2024',
    '0999-01-01',
    12,
    -1,
    [],
    {},
    new Date(NaN),
    1e20,
  ])('cannot read %p', (value) => {
    expect(readInstant(value, NOW)).toBeUndefined();
  });
});
