import type { FastifyRequest } from 'fastify';

export const ISSUER = 'kunci';
export const AUDIENCE = 'kunci-api';

/** One algorithm, on purpose: a verifier that lets the token choose can be talked into another one (RFC 8725, 3.1). */
export const ALGORITHM = 'HS256';

/** How tokens are verified, here and behind the pages. `exp` is required by `userIdOf`. */
export const VERIFICATION: { algorithms: [typeof ALGORITHM]; issuer: string; audience: string } = {
  algorithms: [ALGORITHM],
  issuer: ISSUER,
  audience: AUDIENCE,
};

/**
 * `Bearer` in any letter case (RFC 6750, section 2.1), one compact JWS, and nothing behind it. Header and claims are
 * JSON objects, so both start with `{`, in base64url `e`: jsonwebtoken throws a TypeError at claims that are `null`.
 */
const BEARER = /^[Bb][Ee][Aa][Rr][Ee][Rr] +(e[\w-]+\.e[\w-]+\.[\w-]+) *$/;

export function bearerToken({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  return BEARER.exec(headers.authorization ?? '')?.[1] ?? null;
}

/**
 * @param claims of a token whose signature, issuer, audience and lifetime hold
 * @returns the user's id, or null if the token has no expiry or its `sub` is no id of ours. Checked as text, because
 * MySQL reads "1abc" as 1.
 */
export function userIdOf(claims: unknown): number | null {
  const { sub, exp } = (claims ?? {}) as { sub?: unknown; exp?: unknown };
  if (typeof exp !== 'number' || typeof sub !== 'string' || !/^[1-9]\d{0,14}$/.test(sub)) return null;
  return Number(sub);
}
