import type { Text } from '../i18n/languages.js';

/** What each mail is about: the names of its two views in `views/mail`, and its subject. */
export const SUBJECTS = {
  'verify-email': 'Confirm your email address',
  'already-registered': 'You already have an account',
  'reset-password': 'Choose a new password',
  'password-changed': 'Your password was changed',
  'change-email': 'Confirm your new email address',
  'email-changed': 'Your email address was changed',
  'account-deleted': 'Your account was deleted',
} as const satisfies Record<string, Text>;

export type MailTemplate = keyof typeof SUBJECTS;

/**
 * What each mail shows. Links begin with `settings.mail.publicUrl`, never with what a request says. Nothing that somebody
 * typed, no name and no address: whoever registers a stranger's address would choose what that stranger reads.
 */
interface Values extends Record<MailTemplate, unknown> {
  'verify-email': { readonly link: string; readonly hours: number };
  /** @property link to log in */
  'already-registered': { readonly link: string; readonly resetLink: string };
  'reset-password': { readonly link: string; readonly minutes: number };
  'password-changed': Readonly<Record<string, never>>;
  'change-email': { readonly link: string; readonly hours: number };
  /** To the address before. @property link to undo it */
  'email-changed': { readonly link: string; readonly days: number };
  'account-deleted': Readonly<Record<string, never>>;
}

export type Mail = {
  [Template in MailTemplate]: {
    readonly template: Template;
    /** Null for a mail to nobody, which takes as long to ask for as one to somebody, and is never sent. */
    readonly to: string | null;
    readonly language: string;
    readonly values: Values[Template];
  };
}[MailTemplate];
