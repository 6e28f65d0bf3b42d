import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConfigModule } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DatabaseModule } from '../database/database.module.js';

/** What a command needs of the application: no HTTP, nothing that is done in the background, and no key is opened. */
@Module({})
export class CommandsModule {
  static of(settings: Settings, modules: readonly Type[]): DynamicModule {
    return {
      module: CommandsModule,
      imports: [ConfigModule.of(settings), DatabaseModule.of('command'), AuditModule, ...modules],
    };
  }
}
