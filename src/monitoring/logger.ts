import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { Settings } from '../config/env.js';

/** Written out when so much has come together, and at least so often. */
const BUFFER_BYTES = 4096;
const FLUSH_INTERVAL_MS = 500;

/**
 * JSON lines on standard output, one an event, time in UTC. Requests, bodies and headers are never logged as objects,
 * so there is nothing to redact. Lines are gathered and written in the background: no request waits for a terminal or a
 * pipe, and nothing is lost at an exit, because pino empties its buffer then.
 */
export function createLogger(level: Settings['logLevel']): Logger {
  const destination = pino.destination({
    dest: 1,
    sync: false,
    minLength: BUFFER_BYTES,
    periodicFlush: FLUSH_INTERVAL_MS,
  });
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
  };
  return pino(options, destination);
}

/** Name, code and stack; not the driver's text or the query's parameters, which hold what people typed. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = ((error as { driverError?: unknown }).driverError ?? error) as { code?: unknown };
  const frames = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
  return { type: error.name, code, stack: frames };
}

/** Nest's own messages, in the same log. What it tells about its start is for debugging. */
export function toNestLogger(logger: Logger): LoggerService {
  const at =
    (level: 'info' | 'warn' | 'error' | 'debug' | 'trace') =>
    (message: unknown, ...rest: unknown[]) =>
      logger[level]({ context: rest.at(-1) }, message instanceof Error ? message.name : String(message));
  return {
    log: at('debug'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('error'),
    debug: at('debug'),
    verbose: at('trace'),
  };
}
