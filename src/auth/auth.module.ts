import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { KeysModule } from '../keys/keys.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { IntrospectionController } from './introspection.controller.js';
import { JwtStrategy } from './jwt.strategy.js';

@Module({
  imports: [UsersModule, PasswordsModule, SessionsModule, KeysModule, PassportModule],
  controllers: [AuthController, IntrospectionController],
  providers: [AuthService, JwtStrategy],
  exports: [AuthService, UsersModule, SessionsModule],
})
export class AuthModule {}
