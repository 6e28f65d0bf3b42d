import { readFileSync } from 'node:fs';
import { type } from 'node:os';
import { join } from 'node:path';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Text, translate } from '../i18n/languages.js';
import { languageOf } from '../i18n/request-language.js';

export const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

/** The application's version; the original told the kernel's, which tells an attacker what to try. */
const SERVER = Object.freeze({ platform: type(), version });

/** What every JSON answer looks like: exactly one of `data` and `error`, and `status` equal to the HTTP status. */
export interface Envelope<T> {
  status: number;
  message: string;
  server: typeof SERVER;
  data?: T;
  error?: EnvelopeError;
}

/** One sentence, or the messages of each field; in the language of the request. */
type EnvelopeError = string | Readonly<Record<string, readonly string[]>>;

export function success<T>(status: number, message: string, data: T): Envelope<T> {
  return { status, message, server: SERVER, data };
}

export function failure(status: number, message: string, error: EnvelopeError): Envelope<never> {
  return { status, message, server: SERVER, error };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    message?: Text;
    takesForm?: boolean;
  }
}

/** The `message` of the envelope around what the route returns. A route without it is not wrapped: it renders a page. */
export const Message = (message: Text) => RouteConfig({ message });

/** For a route under `/api` whose standard asks for a form. It must not go by cookies, as no route under `/api` does. */
export const TakesForm = () => RouteConfig({ takesForm: true });

/** Puts the envelope around what the routes with a `@Message()` return. Errors come with theirs from `error.filter.ts`. */
export function registerEnvelope(instance: FastifyInstance): void {
  instance.addHook('preSerialization', (request, reply, payload, done) => {
    const { message } = request.routeOptions.config;
    const isLeftAlone = message === undefined || reply.statusCode >= 400;
    done(null, isLeftAlone ? payload : success(reply.statusCode, translate(message, languageOf(request)), payload));
  });
}

/**
 * Whether a request is answered in the envelope; all others are pages. By the route that the router found, because a
 * path can be spelt in many ways (`/%61pi/login`).
 */
export function isApiRequest({ routeOptions, url }: FastifyRequest): boolean {
  return /^\/(?:api|health|\.well-known)(?:\/|$)/.test(routeOptions.url ?? pathOf(url));
}

/** The path of a request target as the router reads it: decoded, without query, and without the authority of a proxy. */
export function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] ?? '';
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
