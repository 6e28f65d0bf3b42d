import { isUUID } from 'class-validator';
import type { FastifyRequest } from 'fastify';

/**
 * `Bearer` in any letter case (RFC 6750, section 2.1), one compact JWS, and nothing behind it. Header and claims are
 * JSON objects, so both start with `{`, in base64url `e`: jsonwebtoken throws a TypeError at claims that are `null`.
 */
const COMPACT_JWS = String.raw`e[\w-]+\.e[\w-]+\.[\w-]+`;
const BEARER = new RegExp(`^[Bb][Ee][Aa][Rr][Ee][Rr] +(${COMPACT_JWS}) *$`);
const ALONE = new RegExp(`^${COMPACT_JWS}$`);

export function bearerToken({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  return BEARER.exec(headers.authorization ?? '')?.[1] ?? null;
}

export function isCompactJws(text: string): boolean {
  return ALONE.test(text);
}

/** Whom an access token names, and the session that has to be live for it to open anything. */
export interface Subject {
  readonly userId: number;
  readonly sessionId: string;
}

/** How far the clocks of two processes may differ: a token from further ahead would outlive what it was issued for. */
const MAX_SKEW_SECONDS = 60;

/**
 * @param claims of a token whose signature, issuer, audience and lifetime hold
 * @returns null if the token has no expiry, is issued in the future, its `sub` is no id of ours, or its `sid` no
 * session's. Checked as text, because MySQL reads "1abc" as 1.
 */
export function subjectOf(claims: unknown): Subject | null {
  const { sub, sid, exp, iat = 0 } = (claims ?? {}) as Record<string, unknown>;
  if (typeof iat !== 'number' || iat > Date.now() / 1000 + MAX_SKEW_SECONDS) return null;
  if (typeof exp !== 'number' || typeof sub !== 'string' || !/^[1-9]\d{0,14}$/.test(sub)) return null;
  return isUUID(sid) ? { userId: Number(sub), sessionId: sid as string } : null;
}
