import type { FastifyInstance, FastifyRequest } from 'fastify';

const CHECK_INTERVAL_MS = 50;

/**
 * Lets a closing server end: requests in flight get their answer, then every connection that is left is cut. Node by
 * itself would wait a minute for a client that connected and never sent a byte.
 */
export function registerDrain(instance: FastifyInstance): void {
  const inFlight = new Set<FastifyRequest>();
  let timer: NodeJS.Timeout | undefined;
  instance.addHook('onRequest', (request, _reply, done) => {
    inFlight.add(request);
    done();
  });
  instance.addHook('onResponse', (request, _reply, done) => {
    inFlight.delete(request);
    done();
  });
  instance.addHook('preClose', (done) => {
    // Idle at two checks in a row: a request that had just arrived at the first has been read by the second.
    let wasIdle = false;
    timer = setInterval(() => {
      if (wasIdle && inFlight.size === 0) instance.server.closeAllConnections();
      wasIdle = inFlight.size === 0;
    }, CHECK_INTERVAL_MS);
    done();
  });
  instance.addHook('onClose', (_instance, done) => {
    clearInterval(timer);
    done();
  });
}
