/** The exit code, as shells tell of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

const controller = new AbortController();

/** Somebody stopped the command. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor() {
    super('Stopped.');
  }
}

/** Ctrl-C, or the end of the session: a command stops at its next step, with nothing half done. */
export const interruption: AbortSignal = controller.signal;

/** The second signal ends the process at once, as without this. */
export function heedSignals(): void {
  const stop = () => controller.abort(new InterruptedError());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
}

/** @throws InterruptedError once it is interrupted; what is under way is left to end with the process */
export async function unlessInterrupted<T>(work: Promise<T>): Promise<T> {
  interruption.throwIfAborted();
  const interrupted = new Promise<never>((_, reject) => {
    interruption.addEventListener('abort', () => reject(interruption.reason as InterruptedError), { once: true });
  });
  return Promise.race([work, interrupted]);
}
