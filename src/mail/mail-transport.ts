import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DevMailbox } from './dev-mailbox.js';
import type { Mail } from './mail.js';
import { MailRenderer, type RenderedMail } from './mail-renderer.js';
import { openSmtp, smtpFault } from './smtp.js';

/** Nothing that could be read as another address, or as the end of one: not for nodemailer and not for any server. */
const ADDRESS = /^[^\s\p{Cc}"(),:;<>@[\\\]]+@[^\s\p{Cc}"(),:;<>@[\\\]]+$/u;

/** Of a whole attempt, however the server dribbles; below the lease of the mail. */
export const DEADLINE_MS = 150_000;

/** `failed` is worth another try, `refused` is not. */
export type Outcome = { readonly kind: 'sent' } | { readonly kind: 'failed' | 'refused'; readonly reason: string };

/** Hands mails to the server that SMTP_URL names, or keeps them for who develops. */
@Injectable()
export class MailTransport {
  private readonly smtp: ReturnType<typeof openSmtp> | undefined;
  private readonly attempts = new Set<AbortController>();

  constructor(
    private readonly renderer: MailRenderer,
    private readonly mailbox: DevMailbox,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const { smtpUrl } = settings.mail;
    if (smtpUrl !== undefined) this.smtp = openSmtp(smtpUrl);
  }

  get isThere(): boolean {
    return this.settings.mail.transport !== 'none';
  }

  /** Never throws. @param id of the mail, the same at every attempt */
  async send(id: string, mail: Mail, to: string): Promise<Outcome> {
    if (!ADDRESS.test(to)) return { kind: 'refused', reason: 'its recipient is no address' };
    try {
      const rendered = this.renderer.render(mail);
      if (this.smtp) await this.sendBy(this.smtp, this.message(id, to, rendered));
      else this.mailbox.keep({ id, to, ...rendered, at: new Date() });
      return { kind: 'sent' };
    } catch (error) {
      const { isFinal, reason } = smtpFault(error);
      return { kind: isFinal ? 'refused' : 'failed', reason };
    }
  }

  /** Ends the attempts that are under way: they fail. */
  abort(): void {
    for (const attempt of this.attempts) attempt.abort();
  }

  private async sendBy(smtp: ReturnType<typeof openSmtp>, message: object): Promise<void> {
    const attempt = new AbortController();
    this.attempts.add(attempt);
    const timer = setTimeout(() => attempt.abort(), DEADLINE_MS);
    try {
      await smtp.sendMail({ ...message, signal: attempt.signal });
    } finally {
      clearTimeout(timer);
      this.attempts.delete(attempt);
    }
  }

  private message(id: string, address: string, rendered: RenderedMail): object {
    const { from, publicUrl } = this.settings.mail;
    return {
      ...rendered,
      from: { ...from },
      // An object: from a text nodemailer would read names, groups and lists (CVE-2025-13033).
      to: { name: '', address },
      messageId: `<${id}@${new URL(publicUrl).hostname}>`,
      // RFC 3834: no answer by a machine, which might go round and round.
      headers: { 'Auto-Submitted': 'auto-generated' },
      textEncoding: 'quoted-printable',
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }
}
