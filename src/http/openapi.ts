import { applyDecorators, type INestApplication, type Type } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiResponse,
  type ApiResponseOptions,
  DocumentBuilder,
  getSchemaPath,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { failure, success } from './envelope.js';
import { ERROR_CODES, type ErrorCodeName } from './error-codes.js';
import { REQUIRED } from './validation.js';

const { server } = success(200, '', null);

const envelopeProperties = {
  status: { type: 'integer', description: 'Equal to the HTTP status.' },
  message: { type: 'string' },
  server: {
    type: 'object',
    required: ['platform', 'version'],
    properties: { platform: { type: 'string', example: 'Linux' }, version: { type: 'string' } },
  },
};

/** The answer of a route that succeeds: the envelope around `data`. */
export function ApiEnvelope(status: number, data: Type, description: string): MethodDecorator {
  const schema = {
    type: 'object',
    required: ['status', 'message', 'server', 'data'],
    properties: { ...envelopeProperties, data: { $ref: getSchemaPath(data) } },
  };
  return applyDecorators(ApiExtraModels(data), ApiResponse({ status, description, schema }));
}

/** Of every route that reads a body. */
export const BODY_FAULTS = ['invalid_body', 'payload_too_large', 'unsupported_media_type'] as const;

/** Of every route that asks for an access token. */
export const TOKEN_FAULTS = ['missing_token', 'invalid_token', 'user_not_found'] as const;

/**
 * The errors that a route answers, each with its example; OpenAPI wants one answer a status. Every route that can fail
 * needs the database or has to hash, and refuses while it cannot.
 */
export function ApiFaults(...named: ErrorCodeName[]): MethodDecorator {
  const codes = [...new Set([...named, 'service_unavailable' as const])];
  const statuses = new Set(codes.map((code) => ERROR_CODES[code].status));
  return applyDecorators(
    ...[...statuses].map((status) => ApiResponse(faults(codes.filter((code) => ERROR_CODES[code].status === status)))),
  );
}

function faults(codes: ErrorCodeName[]): ApiResponseOptions {
  const example = (code: ErrorCodeName) => {
    const { status, message, error } = ERROR_CODES[code];
    const faults = { validation_failed: { name: [REQUIRED] }, email_taken: { email: [error] } };
    const envelope = failure(status, message, code in faults ? faults[code as keyof typeof faults] : error);
    return { value: { ...envelope, server: { platform: 'Linux', version: server.version } } };
  };
  return {
    status: ERROR_CODES[codes[0] ?? 'internal_error'].status,
    description: codes.map((code) => ERROR_CODES[code].error).join(' / '),
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['status', 'message', 'server', 'error'],
          properties: {
            ...envelopeProperties,
            error: {
              oneOf: [
                { type: 'string' },
                { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
              ],
            },
          },
        },
        examples: Object.fromEntries(codes.map((code) => [code, example(code)])),
      },
    },
  };
}

export function createOpenApi(app: INestApplication): OpenAPIObject {
  const outline = new DocumentBuilder()
    .setTitle('Kunci')
    .setDescription(
      'Register, log in, stay logged in, see yourself, log out. Every answer is the same envelope, but where a standard says otherwise.',
    )
    .setVersion(server.version)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .addBasicAuth()
    .build();
  const document = SwaggerModule.createDocument(app, outline);
  nameFaultyFields(document);
  return document;
}

/** What is read here of an operation. */
interface Operation {
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly $ref?: string } }> };
  readonly responses: Record<string, { readonly content?: Record<string, { readonly examples?: Examples }> }>;
}

interface Examples {
  readonly validation_failed?: { readonly value: { error: unknown } };
}

/** In the example of a fault stands the first field of the body that the route takes. */
function nameFaultyFields({ paths, components }: OpenAPIObject): void {
  const operations = Object.values(paths).flatMap((item) => Object.values(item) as Operation[]);
  for (const { requestBody, responses } of operations) {
    const [body] = Object.values(requestBody?.content ?? {});
    const schema = components?.schemas?.[body?.schema.$ref?.split('/').at(-1) ?? ''];
    const [field] = Object.keys((schema as { properties?: object } | undefined)?.properties ?? {});
    const example = responses['400']?.content?.['application/json']?.examples?.validation_failed;
    if (example && field !== undefined) example.value.error = { [field]: [REQUIRED] };
  }
}
