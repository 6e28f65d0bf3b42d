import { QueryFailedError } from 'typeorm';

const ATTEMPTS = 3;

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

function isDeadlock(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: unknown }).code === 'ER_LOCK_DEADLOCK';
}
