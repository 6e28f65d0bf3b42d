import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KeyRotationService } from './key-rotation.service.js';
import { SigningKey } from './signing-key.entity.js';

/** For the command line, which must be able to retire a key that its secret does not open. */
@Module({
  imports: [TypeOrmModule.forFeature([SigningKey])],
  providers: [KeyRotationService],
  exports: [KeyRotationService],
})
export class KeyRotationModule {}
