import { Module } from '@nestjs/common';
import { HashingGate } from './hashing-gate.js';
import { PasswordsService } from './passwords.service.js';

@Module({ providers: [PasswordsService, HashingGate], exports: [PasswordsService] })
export class PasswordsModule {}
