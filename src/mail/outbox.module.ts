import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Outbox } from './outbox.service.js';
import { OutgoingMail } from './outgoing-mail.entity.js';
import { PruneService } from './prune.service.js';
import { SealedMails } from './sealed-mails.js';

/** Takes mails, and sends none: that is for servers (`MailModule`), which look for them, and not for a command. */
@Module({
  imports: [TypeOrmModule.forFeature([OutgoingMail])],
  providers: [Outbox, SealedMails, PruneService],
  exports: [Outbox, SealedMails],
})
export class OutboxModule {}
