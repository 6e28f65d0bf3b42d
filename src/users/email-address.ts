import { isEmail } from 'class-validator';

/** Control, format, private and unassigned characters, and every kind of blank: nothing a reader could see. */
const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** RFC 5321, section 4.5.3.1.1. The length of the whole is a rule of its own, with its own message. */
const LOCAL_PART_MAX_BYTES = 64;

/** RFC 1035, section 2.3.4: a label has at most 63 octets. */
const TOO_LONG_LABEL = /@.*[^.]{64}/;

/** Quotes and comments are valid in RFC 5322 and route mail astray in practice (CVE-2025-13033). */
const QUOTED_OR_COMMENTED = /["()\\]/;

/**
 * Whether an address (already trimmed) may be registered. Characters that only look like others (a ligature, a
 * full-width letter) are refused, because the canonical form would make them somebody else's address.
 */
export function isEmailAddress(address: string): boolean {
  return (
    isEmail(address, { ignore_max_length: true }) &&
    Buffer.byteLength(address.slice(0, address.lastIndexOf('@'))) <= LOCAL_PART_MAX_BYTES &&
    !INVISIBLE.test(address) &&
    !QUOTED_OR_COMMENTED.test(address) &&
    !TOO_LONG_LABEL.test(address) &&
    address.normalize('NFC') === address.normalize('NFKC') &&
    ![...address].some(becomesAscii)
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
