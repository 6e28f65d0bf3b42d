import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { AdoptionService } from './adoption.service.js';

@Module({ imports: [UsersModule], providers: [AdoptionService] })
export class AdoptionModule {}
