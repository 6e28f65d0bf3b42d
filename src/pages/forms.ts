import type { Text } from '../i18n/languages.js';

/** The forms and their fields in reading order: what the error summary links to. Never the password's value. */
export interface FormPage {
  readonly view: string;
  readonly title: Text;
  readonly fields: Readonly<Record<string, { label: Text; isKept: boolean; isOptional?: boolean }>>;
  /** The field where somebody who is logged in shows once more that it is them. */
  readonly currentPassword?: string;
}

const NAME = { label: 'Name', isKept: true } as const;
const EMAIL = { label: 'Email', isKept: true } as const;
const PASSWORD = { label: 'Password', isKept: false } as const;

export const LOGIN_PAGE: FormPage = {
  view: 'pages/sign-in',
  title: 'Log in',
  fields: { email: EMAIL, password: PASSWORD, remember: { label: 'Remember me', isKept: true, isOptional: true } },
};

export const REGISTER_PAGE: FormPage = {
  view: 'pages/sign-up',
  title: 'Register',
  fields: { name: NAME, email: EMAIL, password: PASSWORD },
};

export const FORGOT_PAGE: FormPage = {
  view: 'pages/forgot-password',
  title: 'Forgot your password?',
  fields: { email: EMAIL },
};

export const RESEND_PAGE: FormPage = {
  view: 'pages/resend-verification',
  title: 'Confirm your email address',
  fields: { email: EMAIL },
};

export const PROFILE_PAGE: FormPage = {
  view: 'pages/account-name',
  title: 'Name and language',
  fields: { name: NAME, language: { label: 'Language', isKept: true } },
};

export const PASSWORD_PAGE: FormPage = {
  view: 'pages/account-password',
  title: 'Change your password',
  fields: {
    current_password: { label: 'Current password', isKept: false },
    new_password: { label: 'New password', isKept: false },
  },
  currentPassword: 'current_password',
};

export const EMAIL_PAGE: FormPage = {
  view: 'pages/account-email',
  title: 'Change your email address',
  fields: { email: { label: 'New email address', isKept: true }, password: PASSWORD },
  currentPassword: 'password',
};

export const DELETE_PAGE: FormPage = {
  view: 'pages/account-delete',
  title: 'Delete your account',
  fields: { password: PASSWORD },
  currentPassword: 'password',
};

/** By the route that takes the form; those of links in mails are in `link-pages.ts`. */
export const FORM_PAGES: Readonly<Record<string, FormPage>> = {
  '/login': LOGIN_PAGE,
  '/register': REGISTER_PAGE,
  '/forgot-password': FORGOT_PAGE,
  '/verify-email/resend': RESEND_PAGE,
  '/account/name': PROFILE_PAGE,
  '/account/password': PASSWORD_PAGE,
  '/account/email': EMAIL_PAGE,
  '/account/delete': DELETE_PAGE,
};
