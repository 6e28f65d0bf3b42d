/** Whether a password belongs to the one stored hash that the verifier was made for. Works off the main thread. */
export type Verifier = (password: string) => Promise<boolean>;

/**
 * Understands the stored hashes of one format. Never throws.
 * @returns undefined for anything else, and for a hash that costs more time or memory than a login may
 */
export type HashReader = (stored: string) => Verifier | undefined;
