import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parse as parseJson } from 'secure-json-parse';
import { AppError } from '../http/app-error.js';
import { isApiRequest } from '../http/envelope.js';

/** Far above any honest request, far below what hurts: the longest password takes 6 KB as escaped JSON. */
export const BODY_LIMIT_BYTES = 64 * 1024;

/**
 * Under `/api` only JSON is read, so that no form of another site can drive it (a JSON request needs a CORS
 * pre-flight), but where a route `@TakesForm()`; the pages read only forms.
 */
export function registerBodyParsers(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      expectEncoding(request, isApiRequest(request));
      // Many clients send the type with every request: one without a body is for the route to judge.
      done(null, body.length === 0 ? undefined : readJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
  instance.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, body: string, done) => {
      try {
        expectEncoding(request, takesForm(request));
        done(null, readForm(body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

function takesForm(request: FastifyRequest): boolean {
  return !isApiRequest(request) || request.routeOptions.config.takesForm === true;
}

function expectEncoding({ headers }: FastifyRequest, isExpectedType: boolean): void {
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  const isIdentity = (headers['content-encoding'] ?? 'identity') === 'identity';
  if (!isExpectedType || !isIdentity || !/^utf-?8$/i.test(charset)) throw new AppError('unsupported_media_type');
}

/** Refuses bytes that are not UTF-8, where a lenient decoder would put U+FFFD, and keys that reach for the prototype. */
function readJson(body: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return parseJson(text, { protoAction: 'error', constructorAction: 'error' }) as unknown;
  } catch (cause) {
    throw new AppError('invalid_body', { cause });
  }
}

/** As strict as JSON about UTF-8: `URLSearchParams` would read every broken byte as the same character. */
function readForm(body: string): Record<string, string> {
  try {
    decodeURIComponent(body.replaceAll('+', ' '));
  } catch (cause) {
    throw new AppError('bad_request', { cause });
  }
  return Object.fromEntries(new URLSearchParams(body));
}
