import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Text } from '../i18n/languages.js';
import { PageCookies } from './page-cookies.js';

const COOKIE = 'kunci_notice';
const KEPT_SECONDS = 60;

/** What one page says about the one before. The cookie holds the key only, so that nobody can put words on a page. */
const NOTICES = {
  registered: 'Your account is ready. Please log in.',
  'login-required': 'Please log in to see this page.',
  'logged-out': 'You are logged out.',
  'device-logged-out': 'That device is logged out.',
  'others-logged-out': 'All your other devices are logged out.',
  'verify-email': 'One more step: please open the link in the mail that is on its way to you.',
  'verification-asked': 'If this address waits to be confirmed, a mail is on its way.',
  'email-verified': 'Your email address is confirmed.',
  'reset-asked': 'If there is an account with this address, a mail is on its way.',
  'password-reset': 'Your password is changed. Please log in with the new one.',
  'password-changed': 'Your password is changed. Your other devices are logged out.',
  'email-change-asked': 'A mail is on its way to the new address. Open the link in it to change the address.',
  'email-changed': 'Your email address is changed.',
  'email-change-undone': 'The change is undone. Please open the mail that is on its way, and choose a new password.',
  'profile-saved': 'Your changes are saved.',
  'account-deleted': 'Your account is deleted.',
} as const satisfies Record<string, Text>;

export type Notice = keyof typeof NOTICES;

/** Untrue where no mail is sent. */
const OF_MAILS: readonly Notice[] = [
  'verify-email',
  'verification-asked',
  'reset-asked',
  'email-change-asked',
  'email-change-undone',
];

@Injectable()
export class PageNotices {
  constructor(
    private readonly cookies: PageCookies,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  leave(request: FastifyRequest, reply: FastifyReply, notice: Notice): void {
    if (this.settings.mail.transport === 'none' && OF_MAILS.includes(notice)) return;
    this.cookies.set(request, reply, COOKIE, notice, KEPT_SECONDS);
  }

  /** The notice of the page before, once. */
  take(request: FastifyRequest, reply: FastifyReply): Text | undefined {
    const notice = this.cookies.read(request, COOKIE);
    if (notice === undefined) return undefined;
    this.cookies.clear(request, reply, COOKIE);
    return Object.hasOwn(NOTICES, notice) ? NOTICES[notice as Notice] : undefined;
  }
}
