const FIRST_SECONDS = 30;

/** Also how long a client is told to stay away that no wait lets in. */
export const LONGEST_WAIT_SECONDS = 3600;

/**
 * How long nobody may try again after the attempt that goes over the free ones.
 * @param attempt 1 for the first one over
 */
export function waitSeconds(attempt: number): number {
  return Math.min(FIRST_SECONDS * 2 ** (attempt - 1), LONGEST_WAIT_SECONDS);
}
