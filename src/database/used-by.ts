export const USED_BY = Symbol('who uses the database');

/** Without a database at the start a server waits, a command fails. Only a server does anything in the background. */
export type UsedBy = 'server' | 'command';
