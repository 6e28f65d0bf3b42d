import { Injectable, type PipeTransform } from '@nestjs/common';
import { AppError } from '../http/app-error.js';
import { fieldFaults, toDto } from '../http/validation.js';
import { LoginDto } from './auth.dto.js';

/** Checks only that there are credentials: what a registered address looks like is no business of the login. */
@Injectable()
export class CredentialsPipe implements PipeTransform {
  transform(body: unknown): LoginDto {
    const dto = toDto(LoginDto, body);
    if (Object.keys(fieldFaults(dto)).length > 0) throw new AppError('credentials_required');
    return dto;
  }
}
