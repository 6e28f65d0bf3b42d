import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Where a request came from, as far as it tells. For the eyes of people; and an address is known by it (`SessionsService.hasUsedAddress`). */
export interface RequestOrigin {
  /** At most 255 characters of Latin-1 without control characters. */
  readonly userAgent: string;
  /** See `addressOf`. */
  readonly address: string;
  readonly requestId: string;
}

const USER_AGENT_MAX = 255;
const ADDRESS_MAX = 45;

/** `192.0.2.1:5678` and `[2001:db8::1]:5678`, as some gateways name their clients: each connection another one. */
const WITH_PORT = /^(?:([\d.]{7,15}):\d{1,5}|\[([\da-f:.]{2,45})\](?::\d{1,5})?)$/i;

type AddressedRequest = Pick<FastifyRequest, 'ip' | 'socket'>;

/**
 * The address of the client. Where a proxy that is trusted passes on what is none, its own: all of those share its limits.
 * Empty if the client has hung up.
 */
export function addressOf({ ip, socket }: AddressedRequest): string {
  const [, v4, v6] = WITH_PORT.exec(ip) ?? [];
  const named = v4 ?? v6 ?? ip;
  return isIP(named) && named.length <= ADDRESS_MAX ? named : (socket.remoteAddress ?? '');
}

export function originOf(request: Pick<FastifyRequest, 'headers' | 'id'> & AddressedRequest): RequestOrigin {
  const { headers, id } = request;
  const userAgent = (headers['user-agent'] ?? '').replace(/[^\x20-\x7e\xa0-\xff]/g, '').slice(0, USER_AGENT_MAX);
  return { userAgent, address: addressOf(request), requestId: id };
}
