import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/env.js';
import { AppError } from '../http/app-error.js';
import { clientKey } from '../http/client-key.js';
import { RATE_LIMIT, RATE_LIMITS, type RateLimitName } from '../http/rate-limits.js';

/** Counts the requests of a client address to the routes that name a limit, in the memory of this process. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly limiters: ReadonlyMap<RateLimitName, RateLimiterMemory>;

  constructor(
    private readonly reflector: Reflector,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const names = Object.keys(RATE_LIMITS) as RateLimitName[];
    this.limiters = new Map(
      names.map((name) => [name, new RateLimiterMemory({ keyPrefix: name, ...RATE_LIMITS[name] })]),
    );
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const name = this.reflector.get<RateLimitName | undefined>(RATE_LIMIT, context.getHandler());
    const limiter = name && this.limiters.get(name);
    if (!limiter || !this.settings.http.rateLimits) return true;
    return consume(limiter, clientKey(context.switchToHttp().getRequest<FastifyRequest>().ip));
  }
}

/** @throws AppError `too_many_requests` */
async function consume(limiter: RateLimiterMemory, key: string): Promise<boolean> {
  try {
    await limiter.consume(key);
    return true;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    throw new AppError('too_many_requests', { headers: { 'retry-after': String(seconds) } });
  }
}
