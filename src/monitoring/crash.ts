import type { Settings } from '../config/settings.js';
import { createLogger } from './logger.js';

/**
 * What nobody caught leaves the process in a state that nobody knows: it says so in one last line and ends, and whoever
 * supervises it starts it anew. Without this, Node prints the error with all that hangs on it, such as the parameters
 * of a query.
 */
export function endOnCrash(settings: Settings): void {
  process.on('uncaughtException', (error) => crash(error, settings));
  // Of its own: Node would put the rejected value itself into the text of an error.
  process.on('unhandledRejection', (reason) => crash(reason, settings));
}

function crash(error: unknown, settings: Settings): never {
  try {
    createLogger(settings).fatal({ event: 'sys_crash', err: error }, 'crash');
  } finally {
    // The log is written out at the exit.
    process.exit(1);
  }
}
