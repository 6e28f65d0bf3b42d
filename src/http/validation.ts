import type { Type } from '@nestjs/common';
import { getMetadataStorage, ValidateBy, ValidateIf, validateSync } from 'class-validator';
import type { Text } from '../i18n/languages.js';
import { AppError, type FieldFaults } from './app-error.js';

export const REQUIRED = 'This field is required.' satisfies Text;
export const NOT_TEXT = 'This field must be text.' satisfies Text;

/** Types first: what is empty in any type is "required", as the original said; anything else must be text. */
export function RequiredText(): PropertyDecorator {
  return (target, property) => {
    ValidateBy({ name: 'text', validator: { validate: isText, defaultMessage: () => NOT_TEXT } })(target, property);
    ValidateBy({ name: 'required', validator: { validate: isPresent, defaultMessage: () => REQUIRED } })(
      target,
      property,
    );
  };
}

/** One rule about the meaning of a text; passes over values that are no text, which `RequiredText` refuses. */
export function Rule(name: string, holds: (text: string) => boolean, message: Text): PropertyDecorator {
  const validate = (value: unknown) => !isText(value) || holds(value);
  return ValidateBy({ name, validator: { validate, defaultMessage: () => message } });
}

/** What several DTOs ask of a field of theirs: rules in their order, as they would stand one below the other. */
export function Rules(...rules: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    for (const rule of [...rules].reverse()) rule(target, property);
  };
}

/** The rules hold for a field that is there. */
export const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

const isText = (value: unknown): value is string => typeof value === 'string';

const isPresent = (value: unknown): boolean => !isBlank(value);

/** Nothing that a reader could see. An array is as blank as its first element: the original read arrays that way. */
export function isBlank(value: unknown): boolean {
  if (typeof value === 'string') return /^[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(value);
  if (Array.isArray(value)) return value.length === 0 || (!Array.isArray(value[0]) && isBlank(value[0]));
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === 0;
}

export const countCodePoints = (text: string): number => [...text].length;

/**
 * Copies only the declared fields (no mass assignment, and a `constructor` key cannot name another class: nest issue
 * 16050) and converts nothing. `null` counts as an object without fields, as in the original.
 * @throws AppError `invalid_body`
 */
export function toDto<T extends object>(dtoClass: Type<T>, body: unknown): T {
  if (body === undefined || typeof body !== 'object' || Array.isArray(body)) throw new AppError('invalid_body');
  const source = (body ?? {}) as Record<string, unknown>;
  const dto = new dtoClass();
  for (const name of fieldNames(dtoClass)) {
    if (Object.hasOwn(source, name)) Object.assign(dto, { [name]: source[name] });
  }
  return dto;
}

/** All messages of a field in the order of its rules, but "required" and "must be text" stand alone. */
export function fieldFaults(dto: object): FieldFaults {
  const faults = validateSync(dto).map(({ property, constraints = {} }) => {
    const alone = constraints.required ?? constraints.text;
    // Decorators run from the last to the first.
    return [property, alone === undefined ? Object.values(constraints).reverse() : [alone]] as const;
  });
  // They are the messages of the two decorators above.
  return Object.fromEntries(faults) as FieldFaults;
}

function fieldNames(dtoClass: Type<object>): Set<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dtoClass, '', false, false);
  return new Set(rules.map((rule) => rule.propertyName));
}
