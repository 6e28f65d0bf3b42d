import { describe, expect, it } from '@jest/globals';
import { proxyFault, rangesOf } from './proxy-watch.js';

const FORWARDED_FOR = { 'x-forwarded-for': '203.0.113.7' };
const FORWARDED = { forwarded: 'for=203.0.113.7' };

describe('proxyFault', () => {
  it.each([
    ['nobody passes anything on', [], '203.0.113.7', {}],
    ['the proxy is trusted and names the client', ['127.0.0.1'], '127.0.0.1', FORWARDED_FOR],
    ['the proxy is in a trusted range', ['10.0.0.0/8'], '10.1.2.3', FORWARDED_FOR],
    ['the proxy is in a trusted range, over a socket of IPv6', ['10.0.0.0/8'], '::ffff:10.1.2.3', FORWARDED_FOR],
    ['the proxy is in a trusted range of IPv6', ['fd00::/8'], 'fd12::1', FORWARDED_FOR],
    ['a client comes past the proxy', ['10.0.0.0/8'], '203.0.113.7', {}],
    ['the peer has no address', ['10.0.0.0/8'], '', {}],
  ])('finds none when %s', (_when, trustProxy, peer, headers) => {
    expect(proxyFault(peer, headers, rangesOf(trustProxy))).toBeNull();
  });

  it.each([
    ['X-Forwarded-For, and no proxy is trusted', [], FORWARDED_FOR],
    ['X-Forwarded-For, and another proxy is trusted', ['10.0.0.0/8'], FORWARDED_FOR],
    ['Forwarded', ['10.0.0.0/8'], FORWARDED],
  ])('names the peer and the setting when it sends %s', (_what, trustProxy, headers) => {
    expect(proxyFault('192.168.2.1', headers, rangesOf(trustProxy))).toMatchObject({
      kind: 'near',
      text: expect.stringContaining('set TRUST_PROXY=192.168.2.1 '),
    });
  });

  it.each(['203.0.113.7', '2001:db8::1', '::ffff:203.0.113.7'])(
    'advises nobody to trust %s, who may be anyone',
    (peer) => {
      const fault = proxyFault(peer, FORWARDED_FOR, rangesOf([]));
      expect(fault).toMatchObject({ kind: 'far' });
      expect(fault?.text).not.toContain('TRUST_PROXY=');
    },
  );

  it.each([
    ['nothing', {}],
    ['Forwarded only', FORWARDED],
  ])('names the peer and the header when a trusted proxy sends %s', (_what, headers) => {
    const fault = proxyFault('10.1.2.3', headers, rangesOf(['10.0.0.0/8']));
    expect(fault?.kind).toBe('silent');
    expect(fault?.text).toMatch(/^10\.1\.2\.3 is in TRUST_PROXY but sent no X-Forwarded-For/);
  });
});
