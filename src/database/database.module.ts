import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { servingOptions } from './data-source-options.js';
import { DatabaseConnection, ON_ABSENCE, type OnAbsence } from './database-connection.js';

@Module({})
export class DatabaseModule {
  /** @param onAbsence what to do when there is no database at the start: a server waits, a command fails */
  static of(onAbsence: OnAbsence): DynamicModule {
    const typeOrm = TypeOrmModule.forRootAsync({
      inject: [SETTINGS],
      useFactory: ({ database }: Settings) => ({
        ...servingOptions(database),
        autoLoadEntities: true,
        // `DatabaseConnection` connects: the server listens and says "not ready" while there is nothing to connect to.
        manualInitialization: true,
      }),
    });
    return {
      module: DatabaseModule,
      global: true,
      imports: [typeOrm],
      providers: [DatabaseConnection, { provide: ON_ABSENCE, useValue: onAbsence }],
      exports: [DatabaseConnection],
    };
  }
}
