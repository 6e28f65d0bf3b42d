import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Account } from './users.service.js';

/** The user whom the access guard let in. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Account => {
  return context.switchToHttp().getRequest<{ user: Account }>().user;
});
