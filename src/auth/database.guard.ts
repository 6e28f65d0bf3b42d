import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DatabaseConnection } from '../database/database-connection.js';
import { WITHOUT_DATABASE } from '../http/access.decorators.js';
import { AppError } from '../http/app-error.js';

/** Until the database has been reached, nothing that might need it is tried. */
@Injectable()
export class DatabaseGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: DatabaseConnection,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.database.isConnected) return true;
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(WITHOUT_DATABASE, places)) return true;
    throw new AppError('service_unavailable');
  }
}
