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

/** The errors that a route answers, each with its example; OpenAPI wants one answer a status. */
export function ApiFaults(...codes: ErrorCodeName[]): MethodDecorator {
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
  return SwaggerModule.createDocument(app, outline);
}
