import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Counter } from '../limits/counter.js';
import { CountersService } from '../limits/counters.service.js';
import type { Mail } from '../mail/mail.js';
import { Outbox } from '../mail/outbox.service.js';
import type { User } from '../users/user.entity.js';
import type { Purpose } from './one-time-token.entity.js';
import { type IssuedToken, LIFE_SECONDS, OneTimeTokensService, type TokenSubject } from './one-time-tokens.service.js';

type ContentOf<M> = M extends Mail ? Pick<M, 'template' | 'values'> : never;

interface LinkKind {
  /** Of the page that it leads to. */
  readonly path: string;
  readonly contentOf: (link: string) => ContentOf<Mail>;
}

const hoursOf = (purpose: Purpose) => LIFE_SECONDS[purpose] / 3600;

const LINKS: Readonly<Record<Purpose, LinkKind>> = {
  verify_email: {
    path: '/verify-email',
    contentOf: (link) => ({ template: 'verify-email', values: { link, hours: hoursOf('verify_email') } }),
  },
  reset_password: {
    path: '/reset-password',
    contentOf: (link) => ({ template: 'reset-password', values: { link, minutes: 60 * hoursOf('reset_password') } }),
  },
  change_email: {
    path: '/confirm-email',
    contentOf: (link) => ({ template: 'change-email', values: { link, hours: hoursOf('change_email') } }),
  },
  undo_email_change: {
    path: '/undo-email-change',
    contentOf: (link) => ({ template: 'email-changed', values: { link, days: hoursOf('undo_email_change') / 24 } }),
  },
};

/**
 * Mails of one purpose that anybody may cause an address to get in an hour, or in the life of their links if that is
 * shorter: whoever gets no more of them has one that still works.
 */
const FOR_ANYBODY = 5;

/** Whose account it is about, and the address that the mail goes to and the token speaks for. */
export interface LinkOwner extends TokenSubject {
  /** The language that the person chose, if they did. */
  readonly language: string | null;
}

/** @param email another one than the account has */
export function ownerOf(
  user: Pick<User, 'id' | 'email' | 'passwordVersion' | 'language'>,
  email = user.email,
): LinkOwner {
  const { id: userId, passwordVersion, language } = user;
  return { userId, email, passwordVersion, language };
}

/** What mails to an address are counted by. @param email canonical */
export const mailboxKey = (email: string) => createHash('sha256').update(email).digest('base64url');

/** Makes links that do one thing once, and mails them. Whoever has the link has the mailbox. */
@Injectable()
export class MailedLinks {
  private readonly asked: Readonly<Record<Purpose, Counter>>;

  constructor(
    private readonly tokens: OneTimeTokensService,
    private readonly outbox: Outbox,
    counters: CountersService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const counterOf = (purpose: Purpose) => {
      const seconds = Math.min(3600, LIFE_SECONDS[purpose]);
      return counters.counter({ name: `mails.${purpose}`, points: FOR_ANYBODY, seconds });
    };
    this.asked = {
      verify_email: counterOf('verify_email'),
      reset_password: counterOf('reset_password'),
      change_email: counterOf('change_email'),
      undo_email_change: counterOf('undo_email_change'),
    };
  }

  /**
   * Of a request by who may be anybody. To nobody, and to who got too many, the same is done in the same time: a row that
   * opens nothing, and a mail that is never sent.
   * @param email canonical, what was asked for
   * @param owner null if it is nobody's
   */
  async ask(purpose: Purpose, email: string, owner: LinkOwner | null, language: string): Promise<void> {
    if (!this.outbox.canSend()) return;
    const isWithin = await this.takeTurn(purpose, email);
    await this.send(purpose, isWithin ? owner : null, language);
  }

  /** Whether one more mail may go to the address, at the wish of anybody. @param email canonical */
  async takeTurn(purpose: Purpose, email: string): Promise<boolean> {
    return (await this.asked[purpose].consume(mailboxKey(email))) === 0;
  }

  async send(purpose: Purpose, owner: LinkOwner | null, language: string): Promise<void> {
    await this.mail(purpose, await this.issue(purpose, owner), owner, language);
  }

  issue(purpose: Purpose, owner: LinkOwner | null): Promise<IssuedToken> {
    return this.tokens.issue(purpose, owner);
  }

  async mail(purpose: Purpose, issued: IssuedToken, owner: LinkOwner | null, language: string): Promise<void> {
    const { path, contentOf } = LINKS[purpose];
    // From the settings: a Host header is what a client says (hackathon-starter#1326).
    const link = `${this.settings.mail.publicUrl}${path}?token=${issued.token}`;
    const to = { to: owner?.email ?? null, language: owner?.language ?? language };
    await this.outbox.add({ ...contentOf(link), ...to }, issued.expiresAt);
  }
}
