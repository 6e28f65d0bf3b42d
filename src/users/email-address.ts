import { isEmail } from 'class-validator';

/** Control, format, private and unassigned characters, and every kind of blank: nothing a reader could see. */
const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** RFC 5321, section 4.5.3.1.1. The length of the whole is a rule of its own, with its own message. */
const LOCAL_PART_MAX_BYTES = 64;

/** RFC 1035, section 2.3.4: a label has at most 63 octets. */
const TOO_LONG_LABEL = /@.*[^.]{64}/;

/** Quotes and comments are valid in RFC 5322 and route mail astray in practice (CVE-2025-13033). */
const QUOTED_OR_COMMENTED = /["()\\]/;

/** As long as its column. Some letters become two or three when they are normalised. */
export const CANONICAL_MAX = 300;

/** Bounds what any work on an address can cost: normalising 60 KB of combining marks takes a second. */
const LENGTH_MAX = 600;

/** Whether it is worth looking for: nobody's address is longer, or has no @. */
export function isPossibleAddress(address: string): boolean {
  return address.length <= LENGTH_MAX && address.includes('@');
}

/**
 * Whether an address (already trimmed) may be registered. Characters that only look like others (a ligature, a
 * full-width letter) are refused, because the canonical form would make them somebody else's address.
 */
export function isEmailAddress(address: string): boolean {
  return (
    isPossibleAddress(address) &&
    isEmail(address, { ignore_max_length: true }) &&
    Buffer.byteLength(address.slice(0, address.lastIndexOf('@'))) <= LOCAL_PART_MAX_BYTES &&
    !INVISIBLE.test(address) &&
    !QUOTED_OR_COMMENTED.test(address) &&
    !TOO_LONG_LABEL.test(address) &&
    address.normalize('NFC') === address.normalize('NFKC') &&
    ![...address].some(becomesAscii) &&
    [...canonicalEmail(address)].length <= CANONICAL_MAX
  );
}

/** The Kelvin sign is a `k` and U+037E a semicolon once they are normalised, even in NFC. */
function becomesAscii(character: string): boolean {
  return character > '\u007f' && /[!-~]/.test(character.normalize('NFKC'));
}

/**
 * The form by which addresses are compared on every engine: trimmed, Unicode NFKC, lower case. Normalised again at the
 * end, because lower-casing can leave a sequence that has a composed form.
 */
export function canonicalEmail(address: string): string {
  return address.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}
