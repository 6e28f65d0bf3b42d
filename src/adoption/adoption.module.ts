import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { UsersModule } from '../users/users.module.js';
import { AdoptionService } from './adoption.service.js';

@Module({ imports: [AuditModule, UsersModule], providers: [AdoptionService] })
export class AdoptionModule {}
