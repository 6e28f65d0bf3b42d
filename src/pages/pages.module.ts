import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { AccountController } from './account.controller.js';
import { KnownDevice } from './known-device.js';
import { PageCookies } from './page-cookies.js';
import { PageNotices } from './page-notices.js';
import { PageSession } from './page-session.js';
import { SignInController } from './sign-in.controller.js';
import { SignUpController } from './sign-up.controller.js';

@Module({
  imports: [AuthModule],
  controllers: [AccountController, SignInController, SignUpController],
  providers: [KnownDevice, PageCookies, PageNotices, PageSession],
})
export class PagesModule {}
