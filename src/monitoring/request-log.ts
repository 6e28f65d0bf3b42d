import type { FastifyInstance } from 'fastify';

/** One line for each answered request. The path without its query, which may hold what should not be kept. */
export function registerRequestLog(instance: FastifyInstance): void {
  instance.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        path: request.url.split('?', 1)[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.ip,
        userId: (request as { user?: { id: number } }).user?.id,
      },
      'request',
    );
    done();
  });
}
