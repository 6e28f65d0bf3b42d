import { describe, expect, it } from '@jest/globals';
import { originOf } from './request-origin.js';

const of = (userAgent: string | undefined, ip = '203.0.113.7') =>
  originOf({ headers: { 'user-agent': userAgent }, ip, id: 'r-1' });

describe('originOf', () => {
  it.each([
    ['Mozilla/5.0 (X11)', 'Mozilla/5.0 (X11)'],
    [undefined, ''],
    ['', ''],
    ['caf\u00e9', 'caf\u00e9'],
    ['a\tb\0c\x1b[31md\x7fe\u0085f', 'abc[31mdef'],
    ['x'.repeat(300), 'x'.repeat(255)],
  ])('reads the user agent %j as %j', (sent, kept) => {
    expect(of(sent).userAgent).toBe(kept);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255'],
    ['evil', ''],
    ['\xe9vil', ''],
    ['1.2.3.4, 5.6.7.8', ''],
    [`fe80::1%${'x'.repeat(100)}`, ''],
    ['', ''],
  ])('reads the address %j as %j', (sent, kept) => {
    expect(of('', sent).address).toBe(kept);
  });
});
