import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { originOf } from './request-origin.js';

const PROXY = '10.0.0.1';

const of = (userAgent: string | undefined, ip = '203.0.113.7') =>
  originOf({
    headers: { 'user-agent': userAgent },
    ip,
    id: 'r-1',
    socket: { remoteAddress: PROXY } as FastifyRequest['socket'],
  });

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
    ['203.0.113.7:50123', '203.0.113.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['999.1.1.1:80', PROXY],
    ['[evil]:80', PROXY],
    ['evil', PROXY],
    ['\xe9vil', PROXY],
    ['1.2.3.4, 5.6.7.8', PROXY],
    [`fe80::1%${'x'.repeat(100)}`, PROXY],
    ['', PROXY],
  ])('reads the address %j as %j', (sent, kept) => {
    expect(of('', sent).address).toBe(kept);
  });
});
