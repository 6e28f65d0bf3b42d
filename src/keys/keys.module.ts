import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { JwksController } from './jwks.controller.js';
import { KeysService } from './keys.service.js';
import { SigningKey } from './signing-key.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([SigningKey]), JwtModule.register({})],
  controllers: [JwksController],
  providers: [KeysService],
  exports: [KeysService],
})
export class KeysModule {}
