import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Cookies that no script can read and no other site can send along with a form. Over HTTPS their names start with
 * `__Host-`: browsers take such a cookie from this very host only, over HTTPS only, so that neither a neighbouring
 * subdomain nor a page without TLS can plant one (RFC 6265bis, section 4.1.3.2).
 */
@Injectable()
export class PageCookies {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  read(request: FastifyRequest, name: string): string | undefined {
    return readCookie(request, name);
  }

  /** @param maxAgeSeconds without it the cookie goes when the browser is closed */
  set(request: FastifyRequest, reply: FastifyReply, name: string, value: string, maxAgeSeconds?: number): void {
    this.adapterHost.httpAdapter.setCookie(reply, fullName(request, name), value, {
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      secure: isSecure(request),
      ...(maxAgeSeconds !== undefined && { maxAge: maxAgeSeconds }),
    });
  }

  clear(request: FastifyRequest, reply: FastifyReply, name: string): void {
    this.set(request, reply, name, '', 0);
  }
}

export function readCookie(request: FastifyRequest, name: string): string | undefined {
  const start = `${fullName(request, name)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(start))?.slice(start.length) || undefined;
}

function fullName(request: FastifyRequest, name: string): string {
  return isSecure(request) ? `__Host-${name}` : name;
}

/** Behind a trusted proxy, what the proxy says. */
function isSecure({ protocol }: FastifyRequest): boolean {
  return protocol.toLowerCase() === 'https';
}
