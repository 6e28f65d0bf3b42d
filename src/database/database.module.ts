import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/env.js';
import { dataSourceOptions } from './data-source-options.js';
import { runMigrations } from './migration-lock.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [SETTINGS],
      useFactory: ({ database }: Settings) => ({ ...dataSourceOptions(database), autoLoadEntities: true }),
    }),
  ],
})
export class DatabaseModule implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Before the server listens: nothing is answered on an old schema. */
  async onModuleInit(): Promise<void> {
    if (this.settings.database.migrate) await runMigrations(this.dataSource, this.settings.database);
  }
}
