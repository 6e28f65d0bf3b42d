import type { Settings } from '../config/settings.js';
import { countCodePoints, NOT_TEXT } from '../http/validation.js';
import type { Text } from '../i18n/languages.js';

export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 1024;

/** What a page says before the mistake, and checks while somebody types. The lists only the server has. */
export interface PasswordRule {
  readonly min: number;
  readonly needsMix: boolean;
  readonly tooShort: Text;
  readonly hint: Text;
  /** What is said where a password breaks the rule before it was sent. */
  readonly broken: Text;
}

export const PASSWORD_RULES: Readonly<Record<Settings['passwords']['policy'], PasswordRule>> = {
  classic: {
    min: PASSWORD_MIN,
    needsMix: true,
    tooShort: 'Password must be at least 8 characters long.',
    hint: '8 characters or more, with a letter and a number',
    broken: '8 characters or more, with a letter and a number.',
  },
  // NIST SP 800-63B-4, section 3.1.1.2, of a password that is the only factor.
  nist: {
    min: 15,
    needsMix: false,
    tooShort: 'Password must be at least 15 characters long.',
    hint: '15 characters or more; a few words that do not belong together are easy to remember',
    broken: 'Password must be at least 15 characters long.',
  },
};

const TOO_LONG: Text = 'Password cannot be longer than 1024 characters.';
const NO_MIX: Text = 'Password must contain both letters and numbers.';

/** What the password alone says about it, all faults in the order of the original. */
export function faultsByRule(password: string, { min, needsMix, tooShort }: PasswordRule): readonly Text[] {
  if (!needsMix && !password.isWellFormed()) return [NOT_TEXT];
  const faults: (Text | false)[] = [
    !isLongEnough(password, min) && tooShort,
    !isShortEnough(password) && TOO_LONG,
    needsMix && !hasLettersAndNumbers(password) && NO_MIX,
  ];
  return faults.filter((fault) => fault !== false);
}

/** Lengths are code points: what a person would count. */
export const isLongEnough = (password: string, min = PASSWORD_MIN): boolean => countCodePoints(password) >= min;

/** The length in UTF-16 units comes first: it is at hand, and bounds the work of counting. */
export const isShortEnough = (password: string): boolean =>
  password.length <= 2 * PASSWORD_MAX && countCodePoints(password) <= PASSWORD_MAX;

/**
 * A letter and a number of any script. As in the original this rule also breaks when the password is too short, and
 * when it is no well-formed Unicode: an unpaired surrogate has no bytes in UTF-8, so two such passwords would be equal.
 */
export const hasLettersAndNumbers = (password: string): boolean =>
  password.isWellFormed() && isLongEnough(password) && /\p{L}/u.test(password) && /\p{N}/u.test(password);
