/** How much an event matters, in the words of the vocabulary. */
type Level = 'INFO' | 'WARN' | 'CRITICAL';

/**
 * What is recorded, with the words and levels of the OWASP Logging Vocabulary
 * (https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html).
 */
export const AUDIT_EVENTS = {
  /** Without a user: many, from another system; `detail` says how far that came. */
  user_created: 'WARN',
  /** `detail` says what. */
  user_updated: 'WARN',
  user_deleted: 'WARN',
  authn_login_success: 'INFO',
  /** `detail` says why. */
  authn_login_fail: 'WARN',
  /** Tried too often; the first refusal of a wait only. */
  authn_login_lock: 'WARN',
  /** `detail` says how, if it was not by the old one. */
  authn_password_change: 'INFO',
  authn_password_change_fail: 'INFO',
  /** A link was asked for by mail; `detail` says for what. Without a user the address is nobody's. */
  authn_token_created: 'INFO',
  session_created: 'INFO',
  /** However it ended but by time; `detail` says how. */
  session_expired: 'INFO',
  /** A refresh token that was used before: somebody else may have it. */
  authn_token_reuse: 'CRITICAL',
  /** Once for each address, limit and window, however many requests were refused. */
  excess_rate_limit_exceeded: 'WARN',
  /** Wrong credentials of a client that wants to introspect tokens. */
  authz_fail: 'CRITICAL',
  /** An account has another role; `detail` says from which to which. */
  authz_change: 'WARN',
  /** Somebody took along what is kept of a person; `detail` says so if it was not the person. */
  sensitive_read: 'WARN',
  /** A signing key was made, or made in the place of another. */
  sensitive_create: 'WARN',
  /** A signing key was retired. */
  sensitive_update: 'WARN',
  /** Old rows were deleted at the wish of an operator; `detail` says how many. */
  sensitive_delete: 'WARN',
  sys_startup: 'WARN',
  sys_shutdown: 'WARN',
} as const satisfies Record<string, Level>;

export type AuditEventName = keyof typeof AUDIT_EVENTS;
