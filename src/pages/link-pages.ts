import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ERROR_CODES } from '../http/error-codes.js';
import type { Text } from '../i18n/languages.js';
import type { Purpose } from '../one-time-tokens/one-time-token.entity.js';
import { OneTimeTokensService } from '../one-time-tokens/one-time-tokens.service.js';
import type { FormPage } from './forms.js';

/** What to do where a link is not valid any more. */
interface DeadLink {
  readonly advice: Text;
  readonly path: string;
  readonly label: Text;
}

/** A page that a link in a mail leads to: the token travels on in its form, as a hidden field. */
export interface LinkPage extends FormPage {
  readonly purpose: Purpose;
  readonly action: string;
  readonly button: Text;
  readonly text?: Text;
  readonly deadLink: DeadLink;
  /** When somebody else has the address by now, and the link stays good. Without it the link is of no use any more. */
  readonly taken?: Text;
}

const ONE_CLICK = { view: 'pages/mailed-link', fields: {} };

export const RESET_PAGE: LinkPage = {
  view: 'pages/reset-password',
  title: 'Choose a new password',
  fields: { password: { label: 'New password', isKept: false } },
  purpose: 'reset_password',
  action: '/reset-password',
  button: 'Change the password',
  deadLink: {
    advice: 'Such a link works once, for 30 minutes. Please ask for a new one.',
    path: '/forgot-password',
    label: 'Ask for a new link',
  },
};

export const VERIFY_PAGE: LinkPage = {
  ...ONE_CLICK,
  title: 'Confirm your email address',
  purpose: 'verify_email',
  action: '/verify-email',
  text: 'Please confirm that this address is yours.',
  button: 'Confirm',
  deadLink: {
    advice: 'Such a link works once, for 24 hours. If you have used it, your address is confirmed already.',
    path: '/verify-email/resend',
    label: 'Ask for a new link',
  },
};

export const CONFIRM_PAGE: LinkPage = {
  ...ONE_CLICK,
  title: 'Confirm your new email address',
  purpose: 'change_email',
  action: '/confirm-email',
  text: 'Once it is confirmed, you log in with this address and get your mails there.',
  button: 'Confirm',
  deadLink: {
    advice: 'Such a link works once, for 24 hours. Your account shows whether the address is changed.',
    path: '/account',
    label: 'Your account',
  },
};

export const UNDO_PAGE: LinkPage = {
  ...ONE_CLICK,
  title: 'Undo the change of your address',
  purpose: 'undo_email_change',
  action: '/undo-email-change',
  text: 'Your account gets this address back. For safety, all devices are logged out, and we mail you a link to choose a new password.',
  button: 'Undo the change',
  deadLink: {
    advice: 'Such a link works once, for 7 days. If you have used it, choose a new password now.',
    path: '/forgot-password',
    label: 'Choose a new password',
  },
  taken:
    'Somebody else has registered this address meanwhile. Please ask those who run this service for help. The link stays good for 7 days after the mail.',
};

/** By their routes. */
export const LINK_PAGES: Readonly<Record<string, LinkPage>> = {
  '/reset-password': RESET_PAGE,
  '/verify-email': VERIFY_PAGE,
  '/confirm-email': CONFIRM_PAGE,
  '/undo-email-change': UNDO_PAGE,
};

/** Getting such a page changes nothing: scanners of mail and previews open links too. Its button does. */
@Injectable()
export class LinkPages {
  constructor(private readonly tokens: OneTimeTokensService) {}

  async show(page: LinkPage, token: unknown, reply: FastifyReply): Promise<void> {
    const found = typeof token === 'string' ? await this.tokens.find(page.purpose, token) : null;
    // The address of this page holds the token, and nothing it loads or leads to may learn it. Not `no-referrer`: see
    // `security-headers.ts`.
    void reply.header('referrer-policy', 'strict-origin');
    void (found ? reply.view(page.view, { ...page, token, email: found.email }) : showDeadLink(page, reply));
  }
}

export function showDeadLink({ deadLink }: LinkPage, reply: FastifyReply): FastifyReply {
  const { status, message, error } = ERROR_CODES.invalid_link;
  return reply.code(status).view('pages/dead-link', { title: message, problem: error, deadLink });
}
