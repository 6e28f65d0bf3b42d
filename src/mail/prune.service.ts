import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThanOrEqual, type Repository } from 'typeorm';
import { BackgroundPruning, PRUNE_BATCH } from '../database/background-pruning.js';
import { mails as mailsMetric } from '../monitoring/metrics.js';
import { OutgoingMail } from './outgoing-mail.entity.js';
import { SealedMails } from './sealed-mails.js';

/** Deletes the mails that came to nothing in their time: they hold addresses. */
@Injectable()
export class PruneService extends BackgroundPruning {
  readonly table = 'outgoing_mails';
  private readonly mailLogger = new Logger('Mail');

  constructor(
    @InjectRepository(OutgoingMail) private readonly mails: Repository<OutgoingMail>,
    private readonly sealed: SealedMails,
  ) {
    super();
  }

  async prune(): Promise<number> {
    const expired = await this.mails.find({
      select: { id: true, sealedMail: true },
      where: { expiresAt: LessThanOrEqual(new Date()) },
      take: PRUNE_BATCH,
    });
    if (expired.length === 0) return 0;
    const forSomebody = expired.filter(({ id, sealedMail }) => this.sealed.open(id, sealedMail)?.to !== null);
    const nobodys = expired.filter((mail) => !forSomebody.includes(mail));
    await this.delete(nobodys);
    // Of several processes that found them each counts those that it deleted.
    const affected = await this.delete(forSomebody);
    if (affected > 0) {
      this.mailLogger.error(`${affected} mails are given up: it is too late for them.`);
      mailsMetric.inc({ outcome: 'refused' }, affected);
    }
    return expired.length;
  }

  private async delete(mails: readonly OutgoingMail[]): Promise<number> {
    if (mails.length === 0) return 0;
    const { affected } = await this.mails.delete({ id: In(mails.map(({ id }) => id)) });
    return affected ?? 0;
  }
}
