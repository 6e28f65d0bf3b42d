import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { PruneService } from './prune.service.js';
import { RefreshService } from './refresh.service.js';
import { Session } from './session.entity.js';
import { SessionEndings } from './session-endings.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Session]), AuditModule],
  controllers: [SessionsController],
  providers: [SessionsService, SessionEndings, RefreshService, PruneService],
  exports: [SessionsService, RefreshService],
})
export class SessionsModule {}
