import { Module } from '@nestjs/common';
import { AccountModule } from '../account/account.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { OneTimeTokensModule } from '../one-time-tokens/one-time-tokens.module.js';
import { AccountAccessController } from './account-access.controller.js';
import { AccountProfileController } from './account-profile.controller.js';
import { AccountController } from './account.controller.js';
import { EmailLinksController } from './email-links.controller.js';
import { KnownDevice } from './known-device.js';
import { LanguageController } from './language.controller.js';
import { LinkPages } from './link-pages.js';
import { PageCookies } from './page-cookies.js';
import { PageNotices } from './page-notices.js';
import { PageSession } from './page-session.js';
import { PasswordResetController } from './password-reset.controller.js';
import { SignInController } from './sign-in.controller.js';
import { SignUpController } from './sign-up.controller.js';
import { VerifyEmailController } from './verify-email.controller.js';

@Module({
  imports: [AuthModule, AccountModule, OneTimeTokensModule],
  controllers: [
    AccountController,
    AccountAccessController,
    AccountProfileController,
    EmailLinksController,
    LanguageController,
    PasswordResetController,
    SignInController,
    SignUpController,
    VerifyEmailController,
  ],
  providers: [KnownDevice, LinkPages, PageCookies, PageNotices, PageSession],
})
export class PagesModule {}
