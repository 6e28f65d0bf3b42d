import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { Settings } from '../config/env.js';

/** Written out when so much has come together, and at least so often. */
const BUFFER_BYTES = 4096;
const FLUSH_INTERVAL_MS = 500;

/** If nobody reads the log, lines over this are lost rather than the memory. */
const BACKLOG_BYTES = 4 * 1024 * 1024;

/**
 * JSON lines on standard output, one an event, time in UTC. Requests, bodies and headers are never logged as objects,
 * so there is nothing to redact. Lines are gathered and written in the background: no request waits for a terminal or a
 * pipe, and nothing is lost at an exit in order, because pino empties its buffer then.
 */
export function createLogger(level: Settings['logLevel']): Logger {
  const destination = pino.destination({
    dest: 1,
    sync: false,
    minLength: BUFFER_BYTES,
    maxLength: BACKLOG_BYTES,
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

/** What a driver says, and the parameters of a query, hold what people typed: of those only the code is told. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { driverError = error } = error as { driverError?: unknown };
  const { code, sqlMessage } = driverError as { code?: unknown; sqlMessage?: unknown };
  const isOfDriver = driverError !== error || sqlMessage !== undefined;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    code,
    message: isOfDriver ? undefined : error.message,
    stack: frames?.map((line) => line.trim()),
  };
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
