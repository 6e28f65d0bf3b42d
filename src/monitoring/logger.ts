import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { Settings } from '../config/settings.js';
import { LogDestination } from './log-destination.js';

const standardOutput = new LogDestination(1);

/**
 * JSON lines on standard output, one an event, time in UTC; of several processes each line says which wrote it. Requests,
 * bodies and headers are never logged as objects, so there is nothing to redact.
 */
export function createLogger({ logLevel, workers }: Pick<Settings, 'logLevel' | 'workers'>): Logger {
  const options = {
    level: logLevel,
    base: workers > 1 ? { pid: process.pid } : undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
  };
  return pino(options, standardOutput);
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

/**
 * Nest's own messages, in the same log. What it tells about its start is for debugging. Our own come as objects, whose
 * fields become those of the line.
 */
export function toNestLogger(logger: Logger): LoggerService {
  const at =
    (textLevel: 'info' | 'warn' | 'error' | 'debug' | 'trace', fieldsLevel = textLevel) =>
    (message: unknown, ...rest: unknown[]) => {
      const context = rest.at(-1);
      if (isFields(message)) logger[fieldsLevel]({ context, ...message });
      else logger[textLevel]({ context }, message instanceof Error ? message.name : String(message));
    };
  return {
    log: at('debug', 'info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('error'),
    debug: at('debug'),
    verbose: at('trace'),
  };
}

function isFields(message: unknown): message is object {
  return typeof message === 'object' && message !== null && Object.getPrototypeOf(message) === Object.prototype;
}
