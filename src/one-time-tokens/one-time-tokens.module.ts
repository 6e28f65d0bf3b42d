import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LimitsModule } from '../limits/limits.module.js';
import { OutboxModule } from '../mail/outbox.module.js';
import { MailedLinks } from './mailed-links.service.js';
import { OneTimeToken } from './one-time-token.entity.js';
import { OneTimeTokensService } from './one-time-tokens.service.js';
import { PruneService } from './prune.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([OneTimeToken]), LimitsModule, OutboxModule],
  providers: [OneTimeTokensService, MailedLinks, PruneService],
  exports: [OneTimeTokensService, MailedLinks, OutboxModule],
})
export class OneTimeTokensModule {}
