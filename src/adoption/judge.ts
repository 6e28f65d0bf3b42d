import { countCodePoints, isBlank } from '../http/validation.js';
import { isLanguage } from '../i18n/languages.js';
import { type HashKind, kindOf } from '../passwords/hash-kinds.js';
import { canonicalEmail, isEmailAddress } from '../users/email-address.js';
import { TEXT_MAX } from '../users/user-rules.js';
import { type ImportedUser, LARGEST_KEPT_ID } from '../users/users-import.service.js';
import { readInstant } from './instant.js';
import type { LeftOut, Reason } from './reported-rows.js';
import { plainText } from './plain-text.js';
import type { SourceRow } from '../sources/source.js';

/** As long as its column. */
const HASH_MAX = 255;

/** What no password matches, in the place of a hash that the column cannot hold. */
const NO_HASH = '!';

/** `none` is an empty cell: nothing that could be a password in clear text. */
export type PasswordKind = HashKind | 'none';

/** A row that can become an account, if nobody else is in its place. */
export interface Candidate extends ImportedUser {
  readonly position: string;
  /** As the source has it, for the report. */
  readonly sourceId: string;
  readonly kind: PasswordKind;
  /** The name was none, and is what stands before the @ now. */
  readonly isNamedByAddress: boolean;
}

/** Ends the judging of one row. */
class Refusal extends Error {
  constructor(readonly reason: Reason) {
    super(reason);
  }
}

/**
 * Judges a row by the rules of a registration, of which those that keep the system whole hold for everybody, and those
 * of taste for nobody: a name may be missing, and control characters in it become blanks.
 * @param now what a flag in the place of a time means
 */
export function judge({ position, values }: SourceRow, now: Date): Candidate | LeftOut {
  const sourceId = shown(values?.id);
  const email = decoded(values?.email);
  const leave = (reason: Reason): LeftOut => ({ position, id: sourceId, email: shown(email), reason });
  if (!values) return leave('unreadable');
  try {
    const address = readAddress(email);
    const name = readName(decoded(values.name));
    const password = decoded(values.password);
    const passwordHash = readHash(password);
    return {
      position,
      sourceId,
      id: readId(values.id),
      email: address,
      emailCanonical: canonicalEmail(address),
      name: name || address.slice(0, address.lastIndexOf('@')),
      isNamedByAddress: name === '',
      passwordHash,
      kind: isNone(password) ? 'none' : kindOf(passwordHash),
      emailVerifiedAt: readTime(values.email_verified_at, now),
      createdAt: readTime(values.created_at, now) ?? undefined,
      lockedAt: readTime(values.locked_at, now),
      language: readLanguage(decoded(values.language)),
    };
  } catch (refusal) {
    if (refusal instanceof Refusal) return leave(refusal.reason);
    throw refusal;
  }
}

export function isLeftOut(judged: Candidate | LeftOut): judged is LeftOut {
  return 'reason' in judged;
}

export function isCandidate(judged: Candidate | LeftOut): judged is Candidate {
  return !isLeftOut(judged);
}

function readAddress(value: unknown): string {
  if (isBlank(value)) throw new Refusal('no_address');
  if (typeof value !== 'string') throw new Refusal('address_not_valid');
  const address = value.trim();
  if (countCodePoints(address) > TEXT_MAX) throw new Refusal('address_too_long');
  if (!isEmailAddress(address)) throw new Refusal('address_not_valid');
  return address;
}

function readName(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = plainText(value);
  if (!text?.isWellFormed()) throw new Refusal('name_not_text');
  const name = text.replace(/\p{Cc}/gu, ' ').trim();
  if (countCodePoints(name) > TEXT_MAX) throw new Refusal('name_too_long');
  return isBlank(name) ? '' : name;
}

const isNone = (value: unknown) => value === null || value === undefined || value === '';

/** As it is, whatever it is. A login finds out what it can verify; who has another one gets a link. */
function readHash(value: unknown): string {
  const isStorable =
    typeof value === 'string' &&
    value !== '' &&
    value.isWellFormed() &&
    !value.includes('\0') &&
    (value.length <= HASH_MAX || countCodePoints(value) <= HASH_MAX);
  return isStorable ? value : NO_HASH;
}

/** @returns undefined for what is no id of ours: the account gets a new one */
export function readId(value: unknown): number | undefined {
  const isWritten = typeof value === 'string' && /^\s*\d{1,10}\s*$/.test(value);
  const id = isWritten || typeof value === 'bigint' ? Number(value) : value;
  return typeof id === 'number' && Number.isInteger(id) && id >= 1 && id <= LARGEST_KEPT_ID ? id : undefined;
}

/** What cannot be read is not taken for "never": a locked account would be open. */
function readTime(value: unknown, now: Date): Date | null {
  const instant = readInstant(value, now);
  if (instant === undefined) throw new Refusal('time_not_valid');
  return instant;
}

/** `en_US` and `id-ID` are languages of ours; who has another one gets what their browser asks for. */
function readLanguage(value: unknown): string | null {
  const [code = ''] = typeof value === 'string' ? value.trim().toLowerCase().split(/[-_]/) : [];
  return isLanguage(code) ? code : null;
}

/** Texts in binary columns are UTF-8 or no text. */
function decoded(value: unknown): unknown {
  if (!Buffer.isBuffer(value)) return value;
  const text = value.toString('utf8');
  return Buffer.from(text).equals(value) ? text : value;
}

/** For the report. */
function shown(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  return plainText(value)?.toWellFormed() ?? '';
}
