import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AuditService } from '../audit/audit.service.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { clientKey } from '../http/client-key.js';
import { addressOf, originOf } from '../http/request-origin.js';
import { RATE_LIMIT, RATE_LIMITS, type RateLimitName } from '../http/rate-limits.js';
import type { Counter } from '../limits/counter.js';
import { CountersService } from '../limits/counters.service.js';
import { limiterHits } from '../monitoring/metrics.js';
import { FirstRefusals } from './first-refusals.js';
import { ProxyWatch } from './proxy-watch.js';
import { tooManyRequests } from './too-many-requests.js';

/** Counts the requests of a client address to the routes that name a limit, for all processes together. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly counters: ReadonlyMap<RateLimitName, Counter>;
  private readonly refusals = new FirstRefusals();

  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditService,
    private readonly proxies: ProxyWatch,
    counters: CountersService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const names = Object.keys(RATE_LIMITS) as RateLimitName[];
    const counterOf = (name: RateLimitName) => {
      const { points, duration: seconds } = RATE_LIMITS[name];
      return counters.counter({ name: `requests.${name}`, points, seconds }, true);
    };
    this.counters = new Map(names.map((name) => [name, counterOf(name)]));
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const name = this.reflector.get<RateLimitName | undefined>(RATE_LIMIT, context.getHandler());
    const counter = name && this.counters.get(name);
    if (!counter) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    this.proxies.look(request);
    return !this.settings.http.rateLimits || this.consume(name, counter, request);
  }

  /** @throws AppError `too_many_requests` */
  private async consume(limit: RateLimitName, counter: Counter, request: FastifyRequest): Promise<boolean> {
    const key = clientKey(addressOf(request));
    const refusedMs = await counter.consume(key);
    if (refusedMs === 0) return true;
    limiterHits.inc({ limit });
    if (this.refusals.isFirst(`${limit} ${key}`, refusedMs)) {
      this.audit.record('excess_rate_limit_exceeded', { origin: originOf(request), detail: limit });
    }
    throw tooManyRequests(Math.ceil(refusedMs / 1000));
  }
}
