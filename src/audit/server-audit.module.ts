import { Module } from '@nestjs/common';
import { AuditModule } from './audit.module.js';
import { AuditPruneModule } from './audit-prune.module.js';
import { ServerEvents } from './server-events.service.js';

/** What only a server does, and no command of the command line. */
@Module({
  imports: [AuditModule, AuditPruneModule],
  providers: [ServerEvents],
})
export class ServerAuditModule {}
