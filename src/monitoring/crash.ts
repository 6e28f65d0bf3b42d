import type { Settings } from '../config/settings.js';
import { createLogger } from './logger.js';

/**
 * What nobody caught leaves the process in a state that nobody knows: it says so in one last line and ends, and whoever
 * supervises it starts it anew. Without this, Node prints the error with all that hangs on it, such as the parameters
 * of a query.
 */
export function endOnCrash(logLevel: Settings['logLevel']): void {
  process.on('uncaughtException', (error) => crash(error, logLevel));
  // Of its own: Node would put the rejected value itself into the text of an error.
  process.on('unhandledRejection', (reason) => crash(reason, logLevel));
}

function crash(error: unknown, logLevel: Settings['logLevel']): never {
  try {
    createLogger(logLevel, { isSync: true }).fatal({ event: 'sys_crash', err: error }, 'crash');
  } finally {
    process.exit(1);
  }
}
