import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Mail } from './mail.js';
import { OutgoingMail } from './outgoing-mail.entity.js';
import { SealedMails } from './sealed-mails.js';

/** A notice is still worth reading then. */
const KEPT_MS = 3 * 24 * 3600 * 1000;

const LOGGED_AGAIN_MS = 3600 * 1000;

/** Takes mails. One that was taken is sent, whatever happens to the mail server or to this process meanwhile. */
@Injectable()
export class Outbox {
  private readonly logger = new Logger('Mail');
  private loggedAt = -Infinity;
  private tellSender: () => void = () => undefined;

  constructor(
    @InjectRepository(OutgoingMail) private readonly mails: Repository<OutgoingMail>,
    private readonly sealed: SealedMails,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Who sends is told of every mail. Without a sender they wait for one of another process. */
  onAdded(tell: () => void): void {
    this.tellSender = tell;
  }

  /** One INSERT: nobody waits for a mail server. @param expiresAt when the mail would be of no use any more */
  async add(mail: Mail, expiresAt = new Date(Date.now() + KEPT_MS)): Promise<void> {
    if (!this.canSend()) return;
    const id = randomUUID();
    await this.mails.insert({ id, sealedMail: this.sealed.seal(id, mail), attempts: 0, dueAt: new Date(), expiresAt });
    this.tellSender();
  }

  /** Whether mails go anywhere. The log says so if somebody wants one and they do not. */
  canSend(): boolean {
    if (this.settings.mail.transport !== 'none') return true;
    if (performance.now() - this.loggedAt >= LOGGED_AGAIN_MS) {
      this.loggedAt = performance.now();
      this.logger.warn('A mail was not sent, because SMTP_URL is not set.');
    }
    return false;
  }
}
