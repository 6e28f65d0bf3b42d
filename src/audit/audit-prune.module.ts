import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEvent } from './audit-event.entity.js';
import { AuditPruneService } from './audit-prune.service.js';

@Module({ imports: [TypeOrmModule.forFeature([AuditEvent])], providers: [AuditPruneService] })
export class AuditPruneModule {}
