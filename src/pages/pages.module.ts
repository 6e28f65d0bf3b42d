import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { HomeController } from './home.controller.js';
import { PageSession } from './page-session.js';
import { SignInController } from './sign-in.controller.js';
import { SignUpController } from './sign-up.controller.js';

@Module({
  imports: [AuthModule],
  controllers: [HomeController, SignInController, SignUpController],
  providers: [PageSession],
})
export class PagesModule {}
