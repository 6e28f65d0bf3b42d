import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AccountModule } from './account/account.module.js';
import { AuditModule } from './audit/audit.module.js';
import { ServerAuditModule } from './audit/server-audit.module.js';
import { AccessGuard } from './auth/access.guard.js';
import { DatabaseGuard } from './auth/database.guard.js';
import { AuthModule } from './auth/auth.module.js';
import { RateLimitGuard } from './auth/rate-limit.guard.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { ErrorFilter } from './http/error.filter.js';
import { MailModule } from './mail/mail.module.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { DevMailboxModule } from './pages/dev-mailbox.module.js';
import { PagesModule } from './pages/pages.module.js';
import { UsersModule } from './users/users.module.js';

/** The table of contents. The list of providers is the life of a request: database → limit → access → controller, or error. */
@Module({})
export class AppModule {
  static of(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(settings),
        DatabaseModule.of('server'),
        AuthModule,
        AccountModule,
        UsersModule,
        PagesModule,
        ...(settings.mail.transport === 'mailbox' ? [DevMailboxModule] : []),
        MailModule,
        MonitoringModule,
        AuditModule,
        ServerAuditModule,
      ],
      providers: [
        { provide: APP_GUARD, useClass: DatabaseGuard },
        { provide: APP_GUARD, useClass: RateLimitGuard },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    };
  }
}
