import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { servingOptions } from './data-source-options.js';
import { DatabaseConnection } from './database-connection.js';
import { USED_BY, type UsedBy } from './used-by.js';

@Module({})
export class DatabaseModule {
  static of(usedBy: UsedBy): DynamicModule {
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
      providers: [DatabaseConnection, { provide: USED_BY, useValue: usedBy }],
      exports: [DatabaseConnection, USED_BY],
    };
  }
}
