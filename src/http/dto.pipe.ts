import type { PipeTransform, Type } from '@nestjs/common';
import { AppError } from './app-error.js';
import { fieldFaults, toDto } from './validation.js';

/** Reads a body into a DTO: `@Body(new DtoPipe(RefreshDto)) body: RefreshDto`. */
export class DtoPipe<T extends object> implements PipeTransform<unknown, T> {
  constructor(private readonly dtoClass: Type<T>) {}

  /** @throws AppError `invalid_body`, `validation_failed` */
  transform(body: unknown): T {
    const dto = toDto(this.dtoClass, body);
    const fields = fieldFaults(dto);
    if (Object.keys(fields).length > 0) throw new AppError('validation_failed', { fields });
    return dto;
  }
}
