import type { OpenAPIObject } from '@nestjs/swagger';

type Schema = { $ref?: string; properties?: Record<string, Property>; required?: string[] };
type Property = { type?: string; description?: string; example?: unknown; minLength?: number; maxLength?: number };

interface Operation {
  summary?: string;
  security?: Record<string, unknown>[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description?: string }>;
}

export interface Reference {
  method: string;
  path: string;
  summary: string | undefined;
  needsToken: boolean;
  needsClient: boolean;
  fields: { name: string; bounds: string; description: string | undefined; example: string }[];
  answers: { status: string; description: string | undefined }[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The OpenAPI document as the page at `/docs` shows it: one entry an operation. */
export function toReference(document: OpenAPIObject): Reference[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const operation = item[method] as unknown as Operation;
      return {
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        needsToken: needs(operation, 'bearer'),
        needsClient: needs(operation, 'basic'),
        fields: fieldsOf(operation, document),
        answers: Object.entries(operation.responses).map(([status, { description }]) => ({ status, description })),
      };
    }),
  );
}

function boundsOf(min: number, max: number): string {
  return min === max ? String(max) : `${min} to ${max}`;
}

function needs({ security = [] }: Operation, scheme: string): boolean {
  return security.some((requirement) => scheme in requirement);
}

function fieldsOf({ requestBody }: Operation, document: OpenAPIObject): Reference['fields'] {
  const name = requestBody?.content['application/json']?.schema.$ref?.split('/').at(-1);
  const schema = name === undefined ? undefined : (document.components?.schemas?.[name] as Schema | undefined);
  return Object.entries(schema?.properties ?? {}).map(([field, { description, example, minLength, maxLength }]) => ({
    name: field,
    bounds: maxLength === undefined ? '' : `${boundsOf(minLength ?? 1, maxLength)} characters`,
    description,
    example: example === undefined ? '' : JSON.stringify(example),
  }));
}
