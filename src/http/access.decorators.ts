import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'public';

/** Lets a route be used without an access token. Every other route is closed (`auth/access.guard.ts`). */
export const Public = () => SetMetadata(PUBLIC, true);

export const WITHOUT_DATABASE = 'without-database';

/** A route that answers also before the database has been reached for the first time (`auth/database.guard.ts`). */
export const WithoutDatabase = () => SetMetadata(WITHOUT_DATABASE, true);
