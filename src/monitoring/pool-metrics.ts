import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { poolUse } from '../database/pool-use.js';

let current: DataSource | undefined;

const connections = new Gauge({
  name: 'kunci_db_connections',
  help: 'Connections of the pool by what they do, and requests that wait for one. SQLite has no pool.',
  labelNames: ['state'] as const,
  collect: () => {
    const use = current?.isInitialized ? poolUse(current) : undefined;
    connections.reset();
    for (const [state, count] of Object.entries(use ?? {})) connections.set({ state }, count as number);
  },
});

/** Shows at each scrape what the pool of the application does at that moment. */
@Injectable()
export class PoolMetrics implements OnModuleInit {
  constructor(private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    current = this.dataSource;
  }
}
