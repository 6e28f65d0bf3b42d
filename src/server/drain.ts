import { Server } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const CHECK_INTERVAL_MS = 50;

/**
 * For so long a proxy that keeps connections open finds them open, and learns with its answer that they end. A request may
 * be on its way at any time, and one that meets a closed connection has failed.
 */
const GRACE_MS = 1_000;

/** Whoever is still sending then is cut off; below the deadline of the process, so that it ends in order. */
const CUT_OFF_MS = 8_000;

/**
 * Lets a closing server end: new connections go elsewhere at once, every request on an open one gets its answer and
 * `Connection: close`, then the connections that are left are cut. Node by itself would cut the idle ones at once, and wait a
 * minute for a client that connected and never sent a byte.
 */
export function registerDrain(instance: FastifyInstance): void {
  const inFlight = new Set<FastifyRequest>();
  instance.addHook('onRequest', (request, reply, done) => {
    inFlight.add(request);
    // Not `onResponse`: Fastify does not call it for a client that hangs up.
    reply.raw.once('close', () => inFlight.delete(request));
    done();
  });
  instance.addHook('preClose', (done) => {
    const { server } = instance;
    // The listening socket alone: `close` of an HTTP server would also cut the connections that are idle just now.
    Server.prototype.close.call(server);
    const beganAt = performance.now();
    // Idle at two checks in a row: a request that had just arrived at the first has been read by the second.
    let wasIdle = false;
    const timer = setInterval(() => {
      const age = performance.now() - beganAt;
      const isIdle = inFlight.size === 0;
      server.getConnections((_error, open) => {
        const isOver = age >= CUT_OFF_MS || (isIdle && (open === 0 || (wasIdle && age >= GRACE_MS)));
        wasIdle = isIdle;
        if (!isOver) return;
        clearInterval(timer);
        server.closeAllConnections();
        done();
      });
    }, CHECK_INTERVAL_MS);
  });
}
