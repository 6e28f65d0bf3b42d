import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { LoginThrottleModule } from '../auth/login-throttle.module.js';
import { OneTimeTokensModule } from '../one-time-tokens/one-time-tokens.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccountControl } from './account-control.service.js';
import { AccountExports } from './account-exports.service.js';
import { AccountRemoval } from './account-removal.service.js';
import { NewAccounts } from './new-accounts.service.js';
import { Notices } from './notices.service.js';

/** What operators do to the accounts of people, and what it has in common with what people do to their own. */
@Module({
  imports: [AuditModule, LoginThrottleModule, OneTimeTokensModule, PasswordsModule, UsersModule],
  providers: [AccountControl, AccountExports, AccountRemoval, NewAccounts, Notices],
  exports: [AccountControl, AccountExports, AccountRemoval, NewAccounts, Notices],
})
export class OperatorsModule {}
