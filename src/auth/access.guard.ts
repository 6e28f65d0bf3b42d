import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { PUBLIC, REFUSED_BY_ORIGINAL } from '../http/access.decorators.js';
import { AppError } from '../http/app-error.js';

/** Closes every route that is not `@Public()`: Passport's JWT strategy has to find the user. */
@Injectable()
export class AccessGuard extends AuthGuard('jwt') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const places = [context.getHandler(), context.getClass()];
    const isPublic = this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, places);
    return isPublic === true || super.canActivate(context);
  }

  /** @param error what the strategy threw: a token without a usable subject, a user who is gone, a database in trouble */
  override handleRequest<TUser>(
    error: Error | null,
    user: TUser | false,
    _: unknown,
    context: ExecutionContext,
  ): TUser {
    if (user) return user;
    if (error && !(error instanceof AppError && error.code === 'invalid_token')) throw error;
    const isRefusedByOriginal =
      this.reflector.get<boolean | undefined>(REFUSED_BY_ORIGINAL, context.getHandler()) === true;
    throw refusal(context.switchToHttp().getRequest<FastifyRequest>(), isRefusedByOriginal);
  }
}

/** RFC 6750, section 3: who sent no token is asked for one, without an error code. */
function refusal({ headers }: FastifyRequest, isRefusedByOriginal: boolean): AppError {
  if (!/^bearer\b/i.test(headers.authorization ?? '')) {
    const challenge = { 'www-authenticate': 'Bearer realm="kunci"' };
    if (isRefusedByOriginal)
      return new AppError('method_not_allowed', { headers: { ...challenge, allow: 'GET, HEAD' } });
    return new AppError('missing_token', { headers: challenge });
  }
  const challenge =
    'Bearer realm="kunci", error="invalid_token", error_description="The token is not valid or has expired"';
  return new AppError('invalid_token', { headers: { 'www-authenticate': challenge } });
}
