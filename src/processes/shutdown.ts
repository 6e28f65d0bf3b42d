const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** A deploy waits no longer than this for requests in flight. */
const DEADLINE_MS = 10_000;

/**
 * A signal that comes again so soon is the same one: Ctrl-C reaches every process of a terminal, and npm passes its own on.
 */
const SAME_SIGNAL_MS = 1_000;

/**
 * @param begin at the first SIGTERM or SIGINT
 * @param endHard at another one later on, or when the end in order has not come after ten seconds
 */
export function onShutdown(begin: () => void, endHard: () => void): void {
  let beganAt: number | undefined;
  const onSignal = () => {
    if (beganAt !== undefined) {
      if (performance.now() - beganAt > SAME_SIGNAL_MS) endHard();
      return;
    }
    beganAt = performance.now();
    setTimeout(endHard, DEADLINE_MS).unref();
    begin();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
}
