import { countCodePoints } from '../http/validation.js';

export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 1024;

export const TOO_SHORT = `Password must be at least ${PASSWORD_MIN} characters long.`;
export const TOO_LONG = `Password cannot be longer than ${PASSWORD_MAX} characters.`;
export const NO_MIX = 'Password must contain both letters and numbers.';

/** Lengths are code points: what a person would count. */
export const isLongEnough = (password: string): boolean => countCodePoints(password) >= PASSWORD_MIN;

/** The length in UTF-16 units comes first: it is at hand, and bounds the work of counting. */
export const isShortEnough = (password: string): boolean =>
  password.length <= 2 * PASSWORD_MAX && countCodePoints(password) <= PASSWORD_MAX;

/**
 * A letter and a number of any script. As in the original this rule also breaks when the password is too short, and
 * when it is no well-formed Unicode: an unpaired surrogate has no bytes in UTF-8, so two such passwords would be equal.
 */
export const hasLettersAndNumbers = (password: string): boolean =>
  password.isWellFormed() && isLongEnough(password) && /\p{L}/u.test(password) && /\p{N}/u.test(password);
