import { Module } from '@nestjs/common';
import { BreachedPasswords } from './breached-passwords.js';
import { HashingGate } from './hashing-gate.js';
import { PasswordPolicy } from './password-policy.service.js';
import { PasswordsService } from './passwords.service.js';

@Module({
  providers: [PasswordsService, HashingGate, PasswordPolicy, BreachedPasswords],
  exports: [PasswordsService, PasswordPolicy],
})
export class PasswordsModule {}
