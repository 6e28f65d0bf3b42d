import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';

const LOGGED_AGAIN_MS = 3_600_000;

/** Where proxies stand: this machine and private networks (RFC 1918, RFC 4193). */
const PRIVATE = rangesOf(['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1', 'fc00::/7']);

interface ProxyFault {
  readonly kind: 'silent' | 'near' | 'far';
  readonly text: string;
}

/** Warns of a proxy behind which all people would share one limit, and be shut out together. */
@Injectable()
export class ProxyWatch {
  private readonly logger = new Logger(ProxyWatch.name);
  private readonly trusted: BlockList;
  /** The kind of a fault → when it was told of. Each by itself: what anyone can send must not hide a real fault. */
  private readonly loggedAt = new Map<ProxyFault['kind'], number>();

  constructor(@Inject(SETTINGS) { http }: Settings) {
    this.trusted = rangesOf(http.trustProxy);
  }

  look({ headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>): void {
    const fault = proxyFault(socket.remoteAddress ?? '', headers, this.trusted);
    if (fault === null) return;
    const now = performance.now();
    if (now - (this.loggedAt.get(fault.kind) ?? -Infinity) < LOGGED_AGAIN_MS) return;
    this.loggedAt.set(fault.kind, now);
    this.logger.warn(fault.text);
  }
}

/** @returns what is wrong with how the request was passed on, and what to set; or null */
export function proxyFault(peer: string, headers: FastifyRequest['headers'], trusted: BlockList): ProxyFault | null {
  const isTrusted = (isIPv4(peer) && trusted.check(peer, 'ipv4')) || (isIPv6(peer) && trusted.check(peer, 'ipv6'));
  const names = headers['x-forwarded-for'] !== undefined;
  if (isTrusted && !names) {
    const text =
      `${peer} is in TRUST_PROXY but sent no X-Forwarded-For: all people behind it share one limit. ` +
      'Let the proxy set that header (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for).';
    return { kind: 'silent', text };
  }
  if (!isTrusted && (names || headers.forwarded !== undefined)) {
    const isNear = PRIVATE.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4');
    const text =
      `${peer} says that it passes on for others, and is not in TRUST_PROXY: it is not believed, and all behind it ` +
      `share one limit. ${isNear ? `If it is your proxy, set TRUST_PROXY=${peer}` : 'Anyone can send that. If it is your proxy, name it in TRUST_PROXY'} and let it set X-Forwarded-For.`;
    return { kind: isNear ? 'near' : 'far', text };
  }
  return null;
}

export function rangesOf(addresses: readonly string[]): BlockList {
  const ranges = new BlockList();
  for (const item of addresses) {
    const [address = '', bits] = item.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) ranges.addAddress(address, family);
    else ranges.addSubnet(address, Number(bits), family);
  }
  return ranges;
}
