import { countCodePoints, NOT_TEXT, RequiredText, Rule, Rules } from '../http/validation.js';
import { isEmailAddress } from './email-address.js';

/** As long as its column. */
export const TEXT_MAX = 150;

export const NameText = (): PropertyDecorator =>
  Rules(
    RequiredText(),
    Rule('wellFormed', (name) => name.isWellFormed(), NOT_TEXT),
    Rule('controls', (name) => !/\p{Cc}/u.test(name), 'Field must not contain control characters.'),
    Rule('length', (name) => countCodePoints(name) <= TEXT_MAX, 'Field must be between 1 and 150 characters long.'),
  );

/** Of an address that an account is to have. */
export const EmailText = (): PropertyDecorator =>
  Rules(
    RequiredText(),
    Rule('email', (email) => isEmailAddress(email.trim()), 'Invalid email address.'),
    Rule('length', (email) => countCodePoints(email.trim()) <= TEXT_MAX, 'Field cannot be longer than 150 characters.'),
  );
