import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../http/access.decorators.js';
import type { Session } from '../sessions/session.entity.js';
import type { Who } from '../sessions/sessions.service.js';
import { LoginRequired, PageErrorFilter } from './page-error.filter.js';
import { PageSession } from './page-session.js';

/** A guard, so that it comes before what reads the form: who is not logged in learns only that. */
@Injectable()
export class SignedInGuard implements CanActivate {
  constructor(private readonly session: PageSession) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const session = await this.session.find(request, http.getResponse<FastifyReply>());
    if (!session) throw new LoginRequired();
    request.pageSession = session;
    return true;
  }
}

/** Pages of who is logged in. They send others to the login, instead of the 401 of the API: hence `@Public()`. */
export const ForSignedIn = () => applyDecorators(Public(), UseGuards(SignedInGuard), UseFilters(PageErrorFilter));

export const CurrentBrowser = createParamDecorator((_: unknown, context: ExecutionContext): Session => {
  return context.switchToHttp().getRequest<{ pageSession: Session }>().pageSession;
});

export const whoOf = ({ userId, id }: Session): Who => ({ id: userId, sessionId: id });
