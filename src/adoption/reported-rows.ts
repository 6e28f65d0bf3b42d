import { TEXT_MAX } from '../users/user-rules.js';

/** Why a row does not become an account. */
export const REASONS = {
  unreadable: 'it cannot be read as a row of these columns',
  no_address: 'it has no address',
  address_not_valid: 'its address is not valid',
  address_too_long: `its address is longer than ${TEXT_MAX} characters`,
  name_not_text: 'its name is not text',
  name_too_long: `its name is longer than ${TEXT_MAX} characters`,
  time_not_valid: 'one of its times cannot be read',
  same_person: 'its address is that of another row',
  taken: 'its address has an account here, which registered itself or came along under another id',
} as const;

export type Reason = keyof typeof REASONS;

/** A row that stays behind, as a person finds it again. */
export interface LeftOut {
  readonly position: string;
  /** As the source has them, if it has. */
  readonly id: string;
  readonly email: string;
  readonly reason: Reason;
  /** Which other row or account is in the way. */
  readonly other?: string;
}

/** A row whose account has another id: what the other system's tables say of the old one has to follow. */
export interface Renumbered {
  readonly position: string;
  readonly id: string;
  readonly email: string;
  /** Undefined in a dry run. */
  readonly newId: number | undefined;
}

export type Counts<T extends string> = Map<T, number>;

export function count<T extends string>(counts: Counts<T>, what: T): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

export function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, one) => total + one, 0);
}
