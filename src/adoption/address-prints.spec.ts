import { describe, expect, it } from '@jest/globals';
import { AddressPrints, printOf } from './address-prints.js';

describe('AddressPrints', () => {
  it('finds what is there more than once among many, and nothing else', () => {
    const prints = new AddressPrints();
    for (let i = 0; i < 10_000; i++) prints.add(`person.${i}@example.com`);
    expect(prints.repeated()).toEqual(new Set());
    for (const i of [0, 4_711, 9_999, 4_711]) prints.add(`person.${i}@example.com`);
    expect(prints.repeated()).toEqual(new Set([0, 4_711, 9_999].map((i) => printOf(`person.${i}@example.com`))));
  });

  it('finds nothing in nothing', () => {
    expect(new AddressPrints().repeated().size).toBe(0);
  });
});
