import { isIPv6 } from 'node:net';
import type { Settings } from '../config/settings.js';
import { type Finding, fault, listed, ok, warning } from './finding.js';

/** The widest private ranges: 10.0.0.0/8 (RFC 1918) and fc00::/7 (RFC 4193). */
const WIDEST_BITS = { v4: 8, v6: 7 };

const isEverywhere = (host: string) => ['0.0.0.0', '::', '::0', '[::]'].includes(host);

export function checkProxy({ http }: Pick<Settings, 'http'>): Finding {
  const { host, trustProxy } = http;
  const wide = trustProxy.filter(isWide);
  if (wide.length > 0) {
    return fault(
      'proxy',
      `TRUST_PROXY believes ${listed(wide)}: anyone there chooses the address that limits and sessions see.`,
      'Name only the addresses of your own proxies.',
    );
  }
  if (isEverywhere(host) && trustProxy.length === 0) {
    return warning(
      'proxy',
      `HOST is ${host} and TRUST_PROXY is empty: behind a proxy all people share one address and its limits.`,
      'Name the proxy in TRUST_PROXY. It is right as it is only if clients reach this port directly.',
    );
  }
  if (trustProxy.length > 0) return ok('proxy', `X-Forwarded-* is believed from ${listed(trustProxy)} only.`);
  return ok('proxy', `It listens on ${host} and believes no proxy.`);
}

function isWide(range: string): boolean {
  const [address = '', bits] = range.split('/');
  return bits !== undefined && Number(bits) < (isIPv6(address) ? WIDEST_BITS.v6 : WIDEST_BITS.v4);
}

export function checkRateLimits({ http }: Pick<Settings, 'http'>): Finding {
  if (http.rateLimits) return ok('rate-limits', 'Requests of each client address are limited.');
  return warning(
    'rate-limits',
    'RATE_LIMITS is off: one client may log in and register as fast as it likes.',
    'Take RATE_LIMITS away, unless this is a test.',
  );
}
