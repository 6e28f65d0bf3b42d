import { Module } from '@nestjs/common';
import { CountersService } from './counters.service.js';
import { PruneService } from './prune.service.js';

@Module({ providers: [CountersService, PruneService], exports: [CountersService] })
export class LimitsModule {}
