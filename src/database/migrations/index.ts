import { CreateUsers1763856000000 } from './1763856000000-CreateUsers.js';

/** In the order in which they run. A migration that was released is never changed: write the next one. */
export const migrations = [CreateUsers1763856000000];
