import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { SignedIn } from './sessions.service.js';

/** Whom the access guard let in, and by which session. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext): SignedIn => {
  return context.switchToHttp().getRequest<{ user: SignedIn }>().user;
});
