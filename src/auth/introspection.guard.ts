import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditService } from '../audit/audit.service.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { isSameText } from '../crypto/constant-time.js';
import { AppError } from '../http/app-error.js';
import { clientKey } from '../http/client-key.js';
import { addressOf, originOf } from '../http/request-origin.js';
import { FirstRefusals } from './first-refusals.js';

/** Asking costs nothing, and the route has no limit: its client asks for every request of others. */
const TOLD_AGAIN_MS = 60_000;

const CHALLENGE = { 'www-authenticate': 'Basic realm="kunci", charset="UTF-8"' };

/** Lets in the one client that the settings name, by HTTP Basic (RFC 7617); without it nobody. */
@Injectable()
export class IntrospectionGuard implements CanActivate {
  private readonly refusals = new FirstRefusals();

  constructor(
    private readonly audit: AuditService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws AppError `not_found` if the endpoint is closed, `invalid_client` */
  canActivate(context: ExecutionContext): boolean {
    const client = this.settings.introspection;
    if (!client) throw new AppError('not_found');
    const { clientId, clientSecret } = client;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const given = credentialsOf(request);
    // RFC 6749, section 2.3.1 wants both form-encoded first; many clients leave that out.
    const accepted = [`${clientId}:${clientSecret}`, `${formEncoded(clientId)}:${formEncoded(clientSecret)}`];
    if (accepted.some((credentials) => isSameText(given, credentials))) return true;
    const isFirst = this.refusals.isFirst(clientKey(addressOf(request)), TOLD_AGAIN_MS);
    if (isFirst) this.audit.record('authz_fail', { origin: originOf(request), detail: 'introspection' });
    throw new AppError('invalid_client', { headers: CHALLENGE });
  }
}

function credentialsOf({ headers }: FastifyRequest): string {
  const [, base64 = ''] = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(headers.authorization ?? '') ?? [];
  return Buffer.from(base64, 'base64').toString('utf8');
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
