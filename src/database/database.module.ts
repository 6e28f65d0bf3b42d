import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/env.js';
import { dataSourceOptions, emptyWriteAheadLog } from './data-source-options.js';
import { runMigrations } from './migration-lock.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [SETTINGS],
      useFactory: ({ database }: Settings) => ({
        ...dataSourceOptions(database),
        autoLoadEntities: true,
        toRetry: isWorthWaiting,
        verboseRetryLog: true,
      }),
    }),
  ],
})
export class DatabaseModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Before the server listens: nothing is answered on an old schema. */
  async onModuleInit(): Promise<void> {
    if (this.settings.database.migrate) await runMigrations(this.dataSource, this.settings.database);
  }

  /** Once nothing writes any more: what SQLite wrote ahead goes into the file itself, so that a copy of it is complete. */
  onApplicationShutdown(): void {
    const { database } = this.settings;
    if (database.type === 'sqlite') emptyWriteAheadLog(database.path);
  }
}

/** A server that is still starting comes up by itself; a wrong password does not mend with time. */
function isWorthWaiting(error: unknown): boolean {
  const { code } = error as { code?: string };
  return ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'PROTOCOL_CONNECTION_LOST'].includes(
    code ?? '',
  );
}
