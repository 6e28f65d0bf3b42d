import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DevMailbox } from './dev-mailbox.js';
import { MailRenderer } from './mail-renderer.js';
import { MailSender } from './mail-sender.service.js';
import { MailTransport } from './mail-transport.js';
import { OutboxModule } from './outbox.module.js';
import { OutgoingMail } from './outgoing-mail.entity.js';

/** Sends what the outbox takes. */
@Module({
  imports: [OutboxModule, TypeOrmModule.forFeature([OutgoingMail])],
  providers: [MailSender, MailTransport, MailRenderer, DevMailbox],
  exports: [DevMailbox],
})
export class MailModule {}
