import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Where a request came from, as far as it tells. For the eyes of people; and an address is known by it (`SessionsService.hasUsedAddress`). */
export interface RequestOrigin {
  /** At most 255 characters of Latin-1 without control characters. */
  readonly userAgent: string;
  /** Of the client; empty if a proxy passed on what is none. */
  readonly address: string;
  readonly requestId: string;
}

const USER_AGENT_MAX = 255;
const ADDRESS_MAX = 45;

export function originOf({ headers, ip, id }: Pick<FastifyRequest, 'headers' | 'ip' | 'id'>): RequestOrigin {
  const userAgent = (headers['user-agent'] ?? '').replace(/[^\x20-\x7e\xa0-\xff]/g, '').slice(0, USER_AGENT_MAX);
  // A proxy may pass on what a client says its address is.
  return { userAgent, address: isIP(ip) && ip.length <= ADDRESS_MAX ? ip : '', requestId: id };
}
