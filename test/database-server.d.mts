/** Of `database-server.mjs`, what the tests in TypeScript use. */
export function freePort(): Promise<number>;
