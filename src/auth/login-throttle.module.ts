import { Module } from '@nestjs/common';
import { LimitsModule } from '../limits/limits.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { DeviceStatements } from './device-statements.js';
import { LoginThrottle } from './login-throttle.js';

/** What guessing meets, for those who reset it without a login: the command line has no part of the rest of `auth`. */
@Module({
  imports: [LimitsModule, SessionsModule],
  providers: [LoginThrottle, DeviceStatements],
  exports: [LoginThrottle, DeviceStatements, LimitsModule, SessionsModule],
})
export class LoginThrottleModule {}
