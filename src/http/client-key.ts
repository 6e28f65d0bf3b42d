import { isIPv6 } from 'node:net';

/**
 * What one client is counted under. One IPv6 customer has at least a /64, and could take a new address for each guess,
 * so only the first four groups count. An IPv4 address in IPv6 clothes (::ffff:1.2.3.4) is the IPv4 address.
 */
export function clientKey(address: string): string {
  if (!isIPv6(address)) return address;
  // The URL parser writes every spelling of an address in the one form of RFC 5952.
  const canonical = new URL(`http://[${address.split('%', 1)[0] ?? ''}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(canonical) ?? [];
  if (high !== undefined && low !== undefined) {
    return [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join('.');
  }
  const [head = [], tail = []] = canonical.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}
