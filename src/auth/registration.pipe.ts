import { Inject, Injectable, type PipeTransform } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { AppError } from '../http/app-error.js';
import { ERROR_CODES } from '../http/error-codes.js';
import { fieldFaults, toDto } from '../http/validation.js';
import type { Text } from '../i18n/languages.js';
import { PasswordPolicy } from '../passwords/password-policy.service.js';
import { UsersService } from '../users/users.service.js';
import { RegisterDto } from './auth.dto.js';

/**
 * Checks a registration. Whether the address is taken is asked here too, because the original tells it together with
 * the faults of the other fields. The unique index decides in the end: see `UsersService.create`. Where addresses must be
 * verified, only their owners are told.
 */
@Injectable()
export class RegistrationPipe implements PipeTransform {
  constructor(
    private readonly users: UsersService,
    private readonly policy: PasswordPolicy,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async transform(body: unknown): Promise<RegisterDto> {
    const dto = toDto(RegisterDto, body);
    const fields: Record<string, readonly Text[]> = { ...fieldFaults(dto) };
    if (!fields.password) {
      // What is faulty may be anything, and is nobody's name.
      const owner = { name: fields.name ? undefined : dto.name, email: fields.email ? undefined : dto.email };
      const faults = await this.policy.faultsOf(dto.password, owner);
      if (faults.length > 0) fields.password = faults;
    }
    if (!fields.email && (await this.tellsTaken(dto.email))) fields.email = [ERROR_CODES.email_taken.error];
    if (Object.keys(fields).length > 0) throw new AppError('validation_failed', { fields });
    return dto;
  }

  private async tellsTaken(email: string): Promise<boolean> {
    return !this.settings.accounts.requireVerifiedEmail && (await this.users.isEmailTaken(email));
  }
}
