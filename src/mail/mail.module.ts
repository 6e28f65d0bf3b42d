import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DevMailbox } from './dev-mailbox.js';
import { MailRenderer } from './mail-renderer.js';
import { MailSender } from './mail-sender.service.js';
import { MailTransport } from './mail-transport.js';
import { Outbox } from './outbox.service.js';
import { OutgoingMail } from './outgoing-mail.entity.js';
import { PruneService } from './prune.service.js';
import { SealedMails } from './sealed-mails.js';

@Module({
  imports: [TypeOrmModule.forFeature([OutgoingMail])],
  providers: [Outbox, MailSender, MailTransport, MailRenderer, SealedMails, DevMailbox, PruneService],
  exports: [Outbox, DevMailbox],
})
export class MailModule {}
