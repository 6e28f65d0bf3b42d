import { Module } from '@nestjs/common';
import { MailModule } from '../mail/mail.module.js';
import { DevMailboxController } from './dev-mailbox.controller.js';

/** Part of an application only where mails are kept: elsewhere it has no such routes. */
@Module({ imports: [MailModule], controllers: [DevMailboxController] })
export class DevMailboxModule {}
