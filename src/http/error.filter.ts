import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { translate } from '../i18n/languages.js';
import { languageOf } from '../i18n/request-language.js';
import { AppError, type FieldFaults } from './app-error.js';
import { failure, isApiRequest, pathOf } from './envelope.js';
import type { ErrorCodeName } from './error-codes.js';

/** Turns anything thrown into the envelope, or into a page outside the API. What is not known is a 500 without details. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): unknown {
    const http = host.switchToHttp();
    return sendError(toAppError(thrown), http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

export function sendError(error: AppError, request: FastifyRequest, reply: FastifyReply): unknown {
  const known = error.code === 'not_found' && request.is404 ? explainNotFound(request) : error;
  if (known.code === 'internal_error')
    request.log.error({ requestId: request.id, err: known.cause }, 'unexpected error');
  const { status, message, error: text } = known.answer;
  // A page takes its time to be made: what a client sends after a body that is refused is not read meanwhile.
  if (!request.raw.complete) request.raw.pause();
  void reply.code(status).headers(known.headers);
  if (isApiRequest(request)) {
    const language = languageOf(request);
    const fault = known.fields ? translateFaults(known.fields, language) : translate(text, language);
    return reply.send(failure(status, translate(message, language), fault));
  }
  return reply.view('pages/error', { title: message, text, requestId: status >= 500 ? request.id : undefined });
}

function translateFaults(fields: FieldFaults, language: string): Record<string, string[]> {
  const faults = Object.entries(fields);
  return Object.fromEntries(faults.map(([name, texts]) => [name, texts.map((text) => translate(text, language))]));
}

/** The router answers an unknown path and a wrong method alike; the client should know which it was. */
function explainNotFound(request: FastifyRequest): AppError {
  const allow = request.server.allowedMethods.of(pathOf(request.url));
  if (allow.length === 0) return new AppError('not_found');
  return new AppError('method_not_allowed', { headers: { allow: allow.join(', ') } });
}

const CODE_OF_STATUS = new Map<number, ErrorCodeName>([
  [400, 'bad_request'],
  [403, 'cross_origin'],
  [404, 'not_found'],
  [408, 'request_timeout'],
  [413, 'payload_too_large'],
  [414, 'uri_too_long'],
  [415, 'unsupported_media_type'],
  [429, 'too_many_requests'],
  [431, 'headers_too_large'],
  [503, 'service_unavailable'],
]);

/** Nest's `HttpException`s and Fastify's errors carry a status, and a text that is theirs: only the status is used. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { status, statusCode } = (thrown ?? {}) as { status?: unknown; statusCode?: unknown };
  const known = Number(status ?? statusCode);
  const fallback = known >= 400 && known < 500 ? 'bad_request' : 'internal_error';
  return new AppError(CODE_OF_STATUS.get(known) ?? fallback, { cause: thrown });
}
