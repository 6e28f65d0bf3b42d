import type { Text } from '../i18n/languages.js';
import { ERROR_CODES, type ErrorCode, type ErrorCodeName } from './error-codes.js';

/** Field name → its messages, in the order of the rules. */
export type FieldFaults = Readonly<Record<string, readonly Text[]>>;

/** What is away for a moment is asked for again soon, unless whoever refuses knows better. */
const RETRY_AFTER_SECONDS = '1';

interface AppErrorDetails {
  fields?: FieldFaults;
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** The one error that rooms and records throw. `error.filter.ts` turns it into an answer. */
export class AppError extends Error {
  readonly answer: ErrorCode;
  readonly fields: FieldFaults | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCodeName,
    { fields, headers = {}, cause }: AppErrorDetails = {},
  ) {
    const answer: ErrorCode = ERROR_CODES[code];
    super(answer.error, { cause });
    this.name = 'AppError';
    this.answer = answer;
    this.fields = answer.field === undefined ? fields : { [answer.field]: [answer.error] };
    this.headers = answer.status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS, ...headers } : headers;
  }
}
