import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { User } from './user.entity.js';

/** The user whom the access guard let in. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  return context.switchToHttp().getRequest<{ user: User }>().user;
});
