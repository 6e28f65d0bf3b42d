import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';

const LOGGED_AGAIN_MS = 3_600_000;

/** Warns of a proxy behind which all people would share one limit, and be shut out together. */
@Injectable()
export class ProxyWatch {
  private readonly logger = new Logger(ProxyWatch.name);
  private readonly trusted: BlockList;
  private loggedAt = -Infinity;

  constructor(@Inject(SETTINGS) { http }: Settings) {
    this.trusted = rangesOf(http.trustProxy);
  }

  look({ headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>): void {
    const now = performance.now();
    if (now - this.loggedAt < LOGGED_AGAIN_MS) return;
    const fault = proxyFault(socket.remoteAddress ?? '', headers, this.trusted);
    if (fault === null) return;
    this.loggedAt = now;
    this.logger.warn(fault);
  }
}

/** @returns what is wrong with how the request was passed on, and what to set; or null */
export function proxyFault(peer: string, headers: FastifyRequest['headers'], trusted: BlockList): string | null {
  const isTrusted = (isIPv4(peer) && trusted.check(peer, 'ipv4')) || (isIPv6(peer) && trusted.check(peer, 'ipv6'));
  const names = headers['x-forwarded-for'] !== undefined;
  if (isTrusted && !names) {
    return (
      `${peer} is in TRUST_PROXY but sent no X-Forwarded-For: all people behind it share one limit. ` +
      'Let the proxy set that header (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for).'
    );
  }
  if (!isTrusted && (names || headers.forwarded !== undefined)) {
    return (
      `${peer} says that it passes on for others, and is not in TRUST_PROXY: it is not believed, and all behind it ` +
      `share one limit. If it is your proxy, set TRUST_PROXY=${peer} and let it set X-Forwarded-For.`
    );
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
