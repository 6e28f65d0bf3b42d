import type { Text } from '../i18n/languages.js';

export interface ErrorCode {
  readonly status: number;
  readonly message: Text;
  /** What stands in the envelope's `error`. Field faults take its place where there are any. */
  readonly error: Text;
  /** The field that `error` is about, if it is always the same. */
  readonly field?: string;
}

/**
 * Every error that leaves the service: code → status and words. `message` and `error` are the original service's where
 * it had the same error; the contract keeps them.
 */
export const ERROR_CODES = {
  validation_failed: { status: 400, message: 'Validation failed', error: 'The fields are not valid.' },
  email_taken: {
    status: 400,
    message: 'Validation failed',
    error: 'Email already registered. Please use a different email address.',
    field: 'email',
  },
  credentials_required: { status: 400, message: 'Login failed', error: 'Email and password are required.' },
  invalid_credentials: { status: 401, message: 'Login failed', error: 'Invalid credentials.' },
  email_not_verified: { status: 403, message: 'Login failed', error: 'This email address is not verified yet.' },
  /** The password of somebody who is logged in, asked for once more. */
  wrong_password: { status: 403, message: 'Forbidden', error: 'The password is not right.' },
  invalid_link: { status: 400, message: 'Invalid link', error: 'This link is not valid any more.' },
  nothing_to_change: { status: 400, message: 'Validation failed', error: 'Name or language is required.' },
  missing_token: { status: 401, message: 'Unauthorized', error: 'An access token is required.' },
  invalid_token: { status: 401, message: 'Unauthorized', error: 'The access token is not valid or has expired.' },
  account_locked: { status: 403, message: 'Login failed', error: 'This account is locked.' },
  invalid_refresh_token: {
    status: 401,
    message: 'Unauthorized',
    error: 'The refresh token is not valid or its session is over.',
  },
  refresh_token_reused: {
    status: 401,
    message: 'Unauthorized',
    error: 'The refresh token was used before. Its session has been ended for safety.',
  },
  invalid_client: { status: 401, message: 'Unauthorized', error: 'The client is not known or its secret is wrong.' },
  session_not_found: { status: 404, message: 'Session not found', error: 'You have no live session with this id.' },
  user_not_found: { status: 404, message: 'User not found', error: 'No user exists with the provided token' },
  invalid_body: { status: 400, message: 'Bad request', error: 'The body must be a JSON object.' },
  bad_request: { status: 400, message: 'Bad request', error: 'The request cannot be read.' },
  cross_origin: { status: 403, message: 'Forbidden', error: 'The form was not sent from this site.' },
  not_found: { status: 404, message: 'Not found', error: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, message: 'Method not allowed', error: 'This address does not take this method.' },
  request_timeout: { status: 408, message: 'Request timeout', error: 'The request took too long to arrive.' },
  payload_too_large: { status: 413, message: 'Payload too large', error: 'The body is larger than 64 KB.' },
  uri_too_long: { status: 414, message: 'URI too long', error: 'The address is too long.' },
  unsupported_media_type: {
    status: 415,
    message: 'Unsupported media type',
    error: 'The body must be application/json in UTF-8, not compressed.',
  },
  headers_too_large: { status: 431, message: 'Headers too large', error: 'The headers are too large.' },
  too_many_requests: { status: 429, message: 'Too many requests', error: 'Please wait a moment and try again.' },
  internal_error: { status: 500, message: 'Internal server error', error: 'Something went wrong on our side.' },
  service_unavailable: { status: 503, message: 'Service unavailable', error: 'Please try again in a moment.' },
} as const satisfies Record<string, ErrorCode>;

export type ErrorCodeName = keyof typeof ERROR_CODES;
