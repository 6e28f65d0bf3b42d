import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEvent } from './audit-event.entity.js';
import { AuditModule } from './audit.module.js';
import { AuditPruneService } from './audit-prune.service.js';
import { ServerEvents } from './server-events.service.js';

/** What only a server does, and no command of the command line. */
@Module({
  imports: [AuditModule, TypeOrmModule.forFeature([AuditEvent])],
  providers: [AuditPruneService, ServerEvents],
})
export class ServerAuditModule {}
