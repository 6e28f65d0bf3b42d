import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { OneTimeTokensModule } from '../one-time-tokens/one-time-tokens.module.js';
import { AccountController } from './account.controller.js';
import { AccountService } from './account.service.js';
import { EmailChangeService } from './email-change.service.js';
import { EmailController } from './email.controller.js';
import { NewPasswords } from './new-passwords.js';
import { OperatorsModule } from './operators.module.js';
import { PasswordChangeService } from './password-change.service.js';
import { PasswordController } from './password.controller.js';
import { PasswordResetService } from './password-reset.service.js';

@Module({
  imports: [AuthModule, OneTimeTokensModule, OperatorsModule],
  controllers: [AccountController, EmailController, PasswordController],
  providers: [AccountService, EmailChangeService, NewPasswords, PasswordChangeService, PasswordResetService],
  exports: [AccountService, EmailChangeService, PasswordChangeService, PasswordResetService],
})
export class AccountModule {}
