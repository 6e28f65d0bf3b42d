import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConfigModule } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DatabaseModule } from '../database/database.module.js';
import { KeyRotationModule } from '../keys/key-rotation.module.js';

/** What the command line needs of the application: no HTTP. */
@Module({})
export class CommandsModule {
  static of(settings: Settings): DynamicModule {
    return {
      module: CommandsModule,
      imports: [ConfigModule.of(settings), DatabaseModule.of('fail'), KeyRotationModule, AuditModule],
    };
  }
}
