import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { HashCensusService } from './hash-census.service.js';

@Module({ imports: [UsersModule], providers: [HashCensusService] })
export class HashCensusModule {}
