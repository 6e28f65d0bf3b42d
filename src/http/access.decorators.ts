import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'public';

/** Lets a route be used without an access token. Every other route is closed (`auth/access.guard.ts`). */
export const Public = () => SetMetadata(PUBLIC, true);

export const WITHOUT_DATABASE = 'without-database';

/** A route that answers also before the database has been reached for the first time (`auth/database.guard.ts`). */
export const WithoutDatabase = () => SetMetadata(WITHOUT_DATABASE, true);

export const REFUSED_BY_ORIGINAL = 'refused-by-original';

/**
 * A method that the original did not take at a path of its own. Who sends no token is a client of the original, and is
 * answered as by it: the recorded contract has these cases.
 */
export const RefusedByOriginal = () => SetMetadata(REFUSED_BY_ORIGINAL, true);
