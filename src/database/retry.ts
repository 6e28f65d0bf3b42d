import { QueryFailedError } from 'typeorm';
import { DatabaseUnavailableError } from './database-unavailable.error.js';

const ATTEMPTS = 3;

/** The server's number for it, which only the driver's own errors carry. */
const ER_LOCK_DEADLOCK = 1213;

/** Runs one statement again when the server chose it as the victim of a deadlock, as its manual asks to. */
export async function retryDeadlock<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS || !isDeadlock(error)) throw error;
    }
  }
}

/**
 * Reads again when the connection was lost, which a pool may learn only by using it. For reading alone: of a statement
 * that writes nobody knows whether it was carried out.
 */
export async function retryRead<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const reason = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
    if (reason instanceof DatabaseUnavailableError && reason.isConnectionLost) return read();
    throw error;
  }
}

/** TypeORM wraps what the driver throws; a library that has a connection of its own does not. */
function isDeadlock(error: unknown): boolean {
  if (error instanceof QueryFailedError) return (error.driverError as { code?: unknown }).code === 'ER_LOCK_DEADLOCK';
  return (error as { errno?: unknown }).errno === ER_LOCK_DEADLOCK;
}
