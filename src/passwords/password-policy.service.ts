import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { countCodePoints } from '../http/validation.js';
import type { Text } from '../i18n/languages.js';
import { BreachedPasswords } from './breached-passwords.js';
import { readCommonPasswords } from './common-passwords.js';
import { comparable, LEAST, repeatsItself, withoutRuns, withoutWords, wordsIn } from './guessable.js';
import { faultsByRule, PASSWORD_RULES, type PasswordRule } from './password-rules.js';

const COMMON: Text = 'Password is too common: it is among those that are tried first. Please choose another one.';
const PATTERN: Text = 'Password is easy to guess: it repeats itself or follows a sequence. Please choose another one.';
const PERSONAL: Text =
  'Password must not be made of your name, your email address or the name of this service. Please choose another one.';
const BREACHED: Text = 'Password has appeared in a data breach. Please choose another one.';

/** A name that everybody who guesses here knows. */
const SERVICE = 'kunci';

/** Whose password it is to be, as far as it is known. */
export interface PasswordOwner {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

/** Says what is wrong with a new password. The same answers wherever one is chosen: register, reset, change. */
@Injectable()
export class PasswordPolicy {
  private readonly rule: PasswordRule;
  /** Undefined where the original's rule is all that is asked for. */
  private readonly common: ReadonlySet<string> | undefined;

  constructor(
    private readonly breached: BreachedPasswords,
    @Inject(SETTINGS) { passwords }: Settings,
  ) {
    this.rule = PASSWORD_RULES[passwords.policy];
    this.common = passwords.policy === 'nist' ? readCommonPasswords() : undefined;
  }

  /** @returns nothing if the password is fine; all faults of its form together, or else one reason to choose another */
  async faultsOf(password: string, owner: PasswordOwner = {}): Promise<readonly Text[]> {
    const faults = faultsByRule(password, this.rule);
    if (faults.length > 0) return faults;
    const fault = this.common && findGuess(password, owner, this.common);
    if (fault !== undefined) return [fault];
    return (await this.breached.includes(password)) ? [BREACHED] : [];
  }
}

/**
 * Judges the whole password, as NIST SP 800-63B-4 wants it: what merely contains a name or a common word is fine, if
 * there is a password beside it.
 */
function findGuess(password: string, { name, email }: PasswordOwner, common: ReadonlySet<string>): Text | undefined {
  const whole = comparable(password);
  if (common.has(whole)) return COMMON;
  const withoutNames = withoutWords(whole, wordsIn([name ?? '', email ?? '', SERVICE]));
  if (withoutNames !== whole && countCodePoints(withoutNames) < LEAST) return PERSONAL;
  const core = withoutRuns(withoutNames);
  if (countCodePoints(core) < LEAST || repeatsItself(whole)) return PATTERN;
  return common.has(core) ? COMMON : undefined;
}
