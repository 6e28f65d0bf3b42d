import type { FastifyInstance, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { isLanguage, LANGUAGES } from './languages.js';

declare module 'fastify' {
  interface FastifyInstance {
    defaultLanguage: string;
  }
  interface FastifyRequest {
    /** Whom the access guard let in. */
    user?: { readonly language: string | null };
    /** What the person in front of a page chose, in the account or in this browser; not checked. */
    chosenLanguage: string | null;
  }
}

export function registerLanguages(instance: FastifyInstance, defaultLanguage: string): void {
  instance.decorate('defaultLanguage', defaultLanguage);
  instance.decorateRequest('chosenLanguage', null);
}

/** The person's choice, then `Accept-Language` (RFC 9110, section 12.5.4), then the default. */
export function languageOf({ user, chosenLanguage, headers, server }: FastifyRequest): string {
  const chosen = user?.language ?? chosenLanguage;
  if (isLanguage(chosen)) return chosen;
  const { defaultLanguage } = server;
  // Most clients of the API send none, and a guarded request should not pay for it.
  if (headers['accept-language'] === undefined) return defaultLanguage;
  const others = LANGUAGES.filter((language) => language !== defaultLanguage);
  return new Negotiator({ headers }).language([defaultLanguage, ...others]) ?? defaultLanguage;
}
