import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { DatabaseConnection } from '../database/database-connection.js';
import { mails as mailsMetric } from '../monitoring/metrics.js';
import { DEADLINE_MS, MailTransport } from './mail-transport.js';
import { Outbox } from './outbox.service.js';
import { OutgoingMail } from './outgoing-mail.entity.js';
import { pauseMs } from './pause.js';
import { SealedMails } from './sealed-mails.js';

/** How often a process looks for mails whose time has come, beside those it is told of. */
const INTERVAL_MS = 5_000;

/** Mails sent at once by one process. */
const LANES = 5;

/** Longer than any attempt may take: only a process that was killed leaves it to run out. */
const LEASE_MS = DEADLINE_MS + 30_000;

/** A stop waits so long for what is under way, then so long for its being put off. */
const CLOSE_MS = { sending: 2_000, abort: 500 };

const DELETE_AGAIN_MS = 1_000;

/** The same trouble again is no news. */
const REPEATED_AFTER_MS = 60_000;

/**
 * Sends what waits in the table, in every process. A mail is claimed by one UPDATE, and its row goes when a server has
 * taken it: of a process that is killed in between another one sends the mail again.
 */
@Injectable()
export class MailSender implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Mail');
  private readonly lanes = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private isAsked = false;
  private isClosed = false;
  private lastTold = { trouble: '', at: -Infinity };

  constructor(
    @InjectRepository(OutgoingMail) private readonly mails: Repository<OutgoingMail>,
    private readonly sealed: SealedMails,
    private readonly transport: MailTransport,
    private readonly database: DatabaseConnection,
    outbox: Outbox,
  ) {
    outbox.onAdded(() => this.wake());
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.transport.isThere) return;
    await this.database.onConnected(() => {
      this.timer ??= setInterval(() => this.wake(), INTERVAL_MS).unref();
      this.wake();
      return Promise.resolve();
    });
  }

  /** Before the database closes: modules end in the reverse order of their start. */
  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.timer);
    await this.untilIdle(CLOSE_MS.sending);
    this.transport.abort();
    await this.untilIdle(CLOSE_MS.abort);
  }

  /** There may be a mail to send. Does not wait for it, and never throws. */
  wake(): void {
    this.isAsked = true;
    if (this.isClosed || this.lanes.size === LANES) return;
    const lane = this.run().finally(() => this.lanes.delete(lane));
    this.lanes.add(lane);
  }

  private async run(): Promise<void> {
    try {
      let isMore = true;
      while (isMore && !this.isClosed) {
        this.isAsked = false;
        const isFound = await this.sendNext();
        isMore = isFound || this.isAsked;
      }
    } catch (error) {
      this.tell(`the database cannot be asked (${(error as Error).name})`);
    }
  }

  /** @returns whether there was one */
  private async sendNext(): Promise<boolean> {
    const now = new Date();
    const where = { dueAt: LessThanOrEqual(now), expiresAt: MoreThan(now) };
    for (const mail of await this.mails.find({ where, order: { dueAt: 'ASC' }, take: LANES })) {
      const claim = { attempts: mail.attempts + 1, dueAt: inMs(LEASE_MS) };
      const { affected } = await this.mails.update({ id: mail.id, attempts: mail.attempts }, claim);
      if (affected !== 1) continue;
      // Another lane looks for the next one meanwhile.
      this.wake();
      await this.send(mail, claim.attempts);
      return true;
    }
    return false;
  }

  private async send({ id, sealedMail }: OutgoingMail, attempts: number): Promise<void> {
    const mail = this.sealed.open(id, sealedMail);
    if (mail?.to === null) {
      await this.remove(id);
      return;
    }
    const outcome = mail
      ? await this.transport.send(id, mail, mail.to)
      : ({ kind: 'failed', reason: 'it was sealed with another SECRET_KEY' } as const);
    mailsMetric.inc({ outcome: outcome.kind });
    if (outcome.kind === 'failed') {
      this.tell(outcome.reason);
      // If the lease has run out all the same, the mail is somebody else's by now.
      await this.mails.update({ id, attempts }, { dueAt: inMs(pauseMs(attempts)) });
      return;
    }
    if (outcome.kind === 'refused') this.logger.error(`Mail ${id} is given up: ${outcome.reason}.`);
    await this.remove(id);
  }

  /** However long the database is away: what is left in the table is sent once more. */
  private async remove(id: string): Promise<void> {
    for (;;) {
      try {
        await this.mails.delete({ id });
        return;
      } catch (error) {
        if (this.isClosed) throw error;
        this.tell(`the database cannot be asked (${(error as Error).name})`);
        await new Promise((resolve) => setTimeout(resolve, DELETE_AGAIN_MS));
      }
    }
  }

  private async untilIdle(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
    await Promise.race([Promise.all(this.lanes), deadline]);
    clearTimeout(timer);
  }

  private tell(trouble: string): void {
    if (trouble === this.lastTold.trouble && performance.now() - this.lastTold.at < REPEATED_AFTER_MS) return;
    this.lastTold = { trouble, at: performance.now() };
    this.logger.warn(`Mails wait and are tried again: ${trouble}.`);
  }
}

const inMs = (ms: number): Date => new Date(Date.now() + ms);
