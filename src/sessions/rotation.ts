/** SHA-256 of a secret, and the millisecond (Unix time) at which it was rotated. */
export type RotatedSecret = readonly [secretHash: string, rotatedAtMs: number];

/** What a session keeps of its refresh tokens. */
export interface Secrets {
  readonly refreshSecretHash: string | null;
  readonly rotatedSecrets: readonly RotatedSecret[] | null;
}

/**
 * - `newest`: the token is rotated;
 * - `rotated_just_now`: somebody was quicker (another tab, a retry after a lost answer) and gets the same successor;
 * - `reused`: an old token that nobody honest has any more (RFC 9700, section 4.14.2).
 */
export type Verdict = 'newest' | 'rotated_just_now' | 'reused';

/** A client that refreshes more often than this within the grace time is no client of ours. Bounds the column. */
const KEPT_MAX = 100;

export function judge(
  { refreshSecretHash, rotatedSecrets }: Secrets,
  secretHash: string,
  nowMs: number,
  graceSeconds: number,
): Verdict {
  if (secretHash === refreshSecretHash) return 'newest';
  const rotated = rotatedSecrets?.find(([hash]) => hash === secretHash);
  return rotated && isWithinGrace(rotated, nowMs, graceSeconds) ? 'rotated_just_now' : 'reused';
}

/** What is kept once the newest secret is rotated: itself, and those that are still within the grace time. */
export function rotatedSecretsAfter(
  { refreshSecretHash, rotatedSecrets }: Secrets,
  nowMs: number,
  graceSeconds: number,
): RotatedSecret[] {
  const kept = (rotatedSecrets ?? []).filter((rotated) => isWithinGrace(rotated, nowMs, graceSeconds));
  const added: RotatedSecret[] = refreshSecretHash === null ? [] : [[refreshSecretHash, nowMs]];
  return [...kept, ...added].slice(-KEPT_MAX);
}

/** The clocks of several machines differ a little: a rotation of the next second is one of just now. */
function isWithinGrace([, rotatedAtMs]: RotatedSecret, nowMs: number, graceSeconds: number): boolean {
  return nowMs - rotatedAtMs <= graceSeconds * 1000;
}
