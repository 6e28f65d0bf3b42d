import { Injectable, type PipeTransform } from '@nestjs/common';
import { AppError } from '../http/app-error.js';
import { ERROR_CODES } from '../http/error-codes.js';
import { fieldFaults, toDto } from '../http/validation.js';
import { UsersService } from '../users/users.service.js';
import { RegisterDto } from './auth.dto.js';

/**
 * Checks a registration. Whether the address is taken is asked here too, because the original tells it together with
 * the faults of the other fields. The unique index decides in the end: see `UsersService.create`.
 */
@Injectable()
export class RegistrationPipe implements PipeTransform {
  constructor(private readonly users: UsersService) {}

  async transform(body: unknown): Promise<RegisterDto> {
    const dto = toDto(RegisterDto, body);
    const fields: Record<string, readonly string[]> = { ...fieldFaults(dto) };
    if (!fields.email && (await this.users.isEmailTaken(dto.email))) fields.email = [ERROR_CODES.email_taken.error];
    if (Object.keys(fields).length > 0) throw new AppError('validation_failed', { fields });
    return dto;
  }
}
