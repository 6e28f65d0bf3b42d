import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** What a person recognises a session by. */
export interface Device {
  readonly userAgent: string;
  readonly address: string;
}

const USER_AGENT_MAX = 255;
const ADDRESS_MAX = 45;

/** As far as the request tells; both are for the eyes of the account's owner only and decide nothing. */
export function deviceOf({ headers, ip }: Pick<FastifyRequest, 'headers' | 'ip'>): Device {
  const userAgent = (headers['user-agent'] ?? '').replace(/[^\x20-\x7e\xa0-\xff]/g, '').slice(0, USER_AGENT_MAX);
  // A proxy may pass on what a client says its address is.
  return { userAgent, address: isIP(ip) && ip.length <= ADDRESS_MAX ? ip : '' };
}
