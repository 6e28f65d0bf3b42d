import type { FastifyInstance, FastifyRequest } from 'fastify';

const CHECK_INTERVAL_MS = 50;

/** Clients that do not know yet find the connection open, and get `Connection: close` with their answer. */
const GRACE_MS = 300;

/** Whoever is still sending then is cut off; below the deadline of the process, so that it ends in order. */
const CUT_OFF_MS = 8_000;

/**
 * Lets a closing server end: requests in flight get their answer, then every connection that is left is cut. Node by
 * itself would wait a minute for a client that connected and never sent a byte.
 */
export function registerDrain(instance: FastifyInstance): void {
  const inFlight = new Set<FastifyRequest>();
  const timers: NodeJS.Timeout[] = [];
  instance.addHook('onRequest', (request, reply, done) => {
    inFlight.add(request);
    // Not `onResponse`: Fastify does not call it for a client that hangs up.
    reply.raw.once('close', () => inFlight.delete(request));
    done();
  });
  instance.addHook('preClose', (done) => {
    // Idle at two checks in a row: a request that had just arrived at the first has been read by the second.
    let wasIdle = false;
    const cutWhenIdle = () => {
      if (wasIdle && inFlight.size === 0) instance.server.closeAllConnections();
      wasIdle = inFlight.size === 0;
    };
    const cutWhateverIsLeft = () => instance.server.closeAllConnections();
    timers.push(setTimeout(cutWhateverIsLeft, CUT_OFF_MS));
    setTimeout(() => {
      timers.push(setInterval(cutWhenIdle, CHECK_INTERVAL_MS));
      done();
    }, GRACE_MS);
  });
  instance.addHook('onClose', (_instance, done) => {
    timers.forEach((timer) => clearTimeout(timer));
    done();
  });
}
