import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { translate } from '../i18n/languages.js';
import { languageOf } from '../i18n/request-language.js';
import { failure } from '../http/envelope.js';
import { ERROR_CODES, type ErrorCodeName } from '../http/error-codes.js';
import { toAppError } from '../http/error.filter.js';

/** These answers leave before any hook could add headers. */
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** What Node's HTTP parser calls the requests that never become one. */
const CODES: Readonly<Record<string, ErrorCodeName>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** A URL that the router cannot decode: the envelope, whether it was meant for the API or for a page. */
export function answerBadUrl(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const { status, message, error: text } = toAppError(error).answer;
  const language = languageOf(request);
  void reply
    .code(status)
    .headers(HEADERS)
    .send(failure(status, translate(message, language), translate(text, language)));
}

/** Bytes that are no HTTP request: the envelope by hand, then the connection ends. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const { status, message, error: text } = ERROR_CODES[CODES[error.code ?? ''] ?? 'bad_request'];
    const body = JSON.stringify(failure(status, message, text));
    const headers = { ...HEADERS, 'content-length': Buffer.byteLength(body), connection: 'close' };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(`HTTP/1.1 ${status} ${message}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroy(error);
}
