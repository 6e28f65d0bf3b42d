import { describe, expect, it } from '@jest/globals';
import { clientKey } from './client-key.js';

describe('clientKey', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
    ['2001:DB8:ABCD:2::1', '2001:db8:abcd:2::/64'],
    ['fe80::1', 'fe80:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:102:304', '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
    ['2001:0db8::1', '2001:db8:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
  ])('counts %s under %s', (address, key) => {
    expect(clientKey(address)).toBe(key);
  });

  it.each([
    ['the addresses of one /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['the short and the long form', '2001:db8::1', '2001:db8:0:0:0:0:0:1'],
    ['upper and lower case', '2001:DB8::A', '2001:db8::a'],
    ['an IPv4 address and its form in IPv6', '203.0.113.7', '::ffff:203.0.113.7'],
  ])('counts %s together', (_what, one, other) => {
    expect(clientKey(one)).toBe(clientKey(other));
  });

  it.each([
    ['neighbouring /64', '2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['neighbouring IPv4 addresses', '203.0.113.7', '203.0.113.8'],
    ['neighbouring IPv4 addresses in IPv6', '::ffff:203.0.113.7', '::ffff:203.0.113.8'],
  ])('counts %s apart', (_what, one, other) => {
    expect(clientKey(one)).not.toBe(clientKey(other));
  });

  it.each(['', 'unix socket', 'localhost', '203.0.113.7:8080', '[::1]', '1:2:3'])(
    'leaves "%s", which is no address, as it is',
    (text) => {
      expect(clientKey(text)).toBe(text);
    },
  );
});
