export type Level = 'ok' | 'warning' | 'fault';

/** What one check found. Never holds a secret, nor a part of one. */
export interface Finding {
  readonly check: string;
  readonly level: Level;
  /** A sentence. */
  readonly finding: string;
  /** What to do; always there unless the level is `ok`. */
  readonly advice?: string;
}

export const ok = (check: string, finding: string): Finding => ({ check, level: 'ok', finding });

/** It works, but something is weaker than it could be, or will not go on working. */
export const warning = (check: string, finding: string, advice: string): Finding => ({
  check,
  level: 'warning',
  finding,
  advice,
});

/** The server does not start, refuses people, or loses or gives away what it keeps. */
export const fault = (check: string, finding: string, advice: string): Finding => ({
  check,
  level: 'fault',
  finding,
  advice,
});

/** `a, b and 3 more`: a list that fits in a sentence. */
export function listed(items: readonly string[], most = 4): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(', ')} and ${rest} more` : items.join(', ');
}
