import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'public';

/** Lets a route be used without an access token. Every other route is closed (`auth/access.guard.ts`). */
export const Public = () => SetMetadata(PUBLIC, true);
