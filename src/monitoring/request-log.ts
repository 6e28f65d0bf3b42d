import type { FastifyInstance } from 'fastify';
import { addressOf } from '../http/request-origin.js';

/** One line for each request that ended. The path without its query, which may hold what should not be kept. */
export function registerRequestLog(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    // Not `onResponse`: Fastify does not call it for a client that hangs up.
    reply.raw.once('close', () => {
      const { id: requestId, method, url } = request;
      const ip = addressOf(request);
      const userId = (request as { user?: { id: number } }).user?.id;
      const aborted = reply.raw.writableFinished ? undefined : true;
      const ms = Math.round(reply.elapsedTime * 10) / 10;
      request.log.info(
        { requestId, method, path: url.split('?', 1)[0], status: reply.statusCode, ms, ip, userId, aborted },
        'request',
      );
    });
    done();
  });
}
