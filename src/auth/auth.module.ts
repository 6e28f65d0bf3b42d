import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { AuditModule } from '../audit/audit.module.js';
import { EmailVerificationModule } from '../email-verification/email-verification.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuthController } from './auth.controller.js';
import { AuthEvents } from './auth-events.service.js';
import { AuthService } from './auth.service.js';
import { IntrospectionController } from './introspection.controller.js';
import { JwtStrategy } from './jwt.strategy.js';
import { LoginThrottleModule } from './login-throttle.module.js';
import { ProxyWatch } from './proxy-watch.js';
import { Reauthentication } from './reauthentication.js';
import { RegistrationService } from './registration.service.js';
import { TokensService } from './tokens.service.js';

@Module({
  imports: [
    AuditModule,
    EmailVerificationModule,
    UsersModule,
    PasswordsModule,
    LoginThrottleModule,
    KeysModule,
    PassportModule,
  ],
  controllers: [AuthController, IntrospectionController],
  providers: [AuthService, AuthEvents, RegistrationService, Reauthentication, TokensService, JwtStrategy, ProxyWatch],
  exports: [
    AuditModule,
    AuthService,
    EmailVerificationModule,
    LoginThrottleModule,
    PasswordsModule,
    ProxyWatch,
    Reauthentication,
    RegistrationService,
    UsersModule,
  ],
})
export class AuthModule {}
