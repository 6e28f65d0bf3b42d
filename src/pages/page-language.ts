import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isApiRequest } from '../http/envelope.js';
import { type PageCookies, readCookie } from './page-cookies.js';

const COOKIE = 'kunci_language';
const KEPT_SECONDS = 365 * 86_400;

/** Pages speak the language that was chosen in this browser. The API goes by no cookie. */
export function registerPageLanguage(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    if (request.headers.cookie !== undefined && !isApiRequest(request)) {
      request.chosenLanguage = readCookie(request, COOKIE) ?? null;
    }
    done();
  });
}

export function keepLanguage(
  cookies: PageCookies,
  request: FastifyRequest,
  reply: FastifyReply,
  language: string,
): void {
  cookies.set(request, reply, COOKIE, language, KEPT_SECONDS);
}
