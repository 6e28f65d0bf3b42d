/**
 * Seconds to wait after each attempt that failed; the last one from then on. In the half hour of a link to reset a
 * password there are six.
 */
const PAUSES = [10, 30, 60, 300, 900];

/** @param attempts that have failed, from 1 on */
export function pauseMs(attempts: number): number {
  return (PAUSES[Math.min(attempts, PAUSES.length) - 1] ?? 900) * 1000;
}
