import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { PoolMetrics } from './pool-metrics.js';

@Module({ controllers: [HealthController], providers: [PoolMetrics] })
export class MonitoringModule {}
