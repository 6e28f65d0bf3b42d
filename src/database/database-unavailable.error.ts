/**
 * The database cannot do it now: it is away, too slow, full or read-only. Carries the HTTP status as any error of a
 * framework does; TypeORM copies it to the error it wraps this one in.
 */
export class DatabaseUnavailableError extends Error {
  readonly status = 503;
  /** The driver's own name for it, such as `ECONNREFUSED`. */
  readonly code: string | undefined;
  /** The connection broke: nobody knows whether the statement was carried out. */
  readonly isConnectionLost: boolean;

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DatabaseUnavailableError';
    this.code = codeOf(cause);
    this.isConnectionLost = CONNECTION_LOST.has(this.code ?? '');
  }
}

const CONNECTION_LOST = new Set(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ER_SERVER_SHUTDOWN']);

/** The server cannot be reached, or lets nobody in. */
const UNREACHABLE = new Set([
  ...CONNECTION_LOST,
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'HANDSHAKE_NO_SSL_SUPPORT',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_ACCESS_DENIED_ERROR',
  'ER_HOST_IS_BLOCKED',
  'ER_NEW_ABORTING_CONNECTION',
]);

/** It answers, and will not do this statement now. */
const REFUSING = new Set([
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_READ_ONLY_MODE',
  'ER_READ_ONLY_TRANSACTION',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_DISK_FULL',
  'ER_DISK_FULL_NOWAIT',
  'ER_RECORD_FILE_FULL',
  'ER_ENGINE_OUT_OF_MEMORY',
  'ER_OUT_OF_RESOURCES',
  'ER_QUERY_INTERRUPTED',
  'ER_QUERY_TIMEOUT',
  'ER_STATEMENT_TIMEOUT',
  'ER_ERROR_DURING_COMMIT',
  'ER_ERROR_ON_WRITE',
]);

/** SQLite's, with its extended codes (`SQLITE_IOERR_WRITE`). */
const SQLITE_REFUSING = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM)(_|$)/;

export const isUnreachable = (error: unknown): boolean =>
  UNREACHABLE.has(codeOf(error) ?? '') || (error as { fatal?: unknown }).fatal === true;

export function isRefusing(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return REFUSING.has(code) || SQLITE_REFUSING.test(code);
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
