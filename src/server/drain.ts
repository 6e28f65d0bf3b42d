import { Server } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const CHECK_INTERVAL_MS = 50;

/**
 * For so long a proxy that keeps connections open finds them open, and learns with its answer that they end. A request may
 * be on its way at any time, and one that meets a closed connection has failed.
 */
const GRACE_MS = 1_000;

/** New connections are accepted for so long at most, if they never cease to come. */
const ACCEPT_MS = 500;

/** A turn of the loop in which there was nothing else to do. */
const QUIET_TURN_MS = 0.2;

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
  instance.addHook('preClose', async () => {
    await stopListening(instance.server);
    await untilIdle(instance.server, inFlight);
    instance.server.closeAllConnections();
  });
}

/**
 * The kernel resets the connections that it holds and nobody has accepted. Node accepts one in a turn of its loop: when a
 * short turn has brought none, hardly one is left.
 */
async function stopListening(server: Server): Promise<void> {
  let accepted = 0;
  server.on('connection', () => accepted++);
  const beganAt = performance.now();
  let isQuiet = false;
  while (!isQuiet && performance.now() - beganAt < ACCEPT_MS) {
    const [before, turnAt] = [accepted, performance.now()];
    await nextTurn();
    isQuiet = accepted === before && performance.now() - turnAt < QUIET_TURN_MS;
  }
  // The listening socket alone: `close` of an HTTP server would also cut the connections that are idle just now.
  Server.prototype.close.call(server);
}

function untilIdle(server: Server, inFlight: ReadonlySet<unknown>): Promise<void> {
  const beganAt = performance.now();
  // Idle at two checks in a row: a request that had just arrived at the first has been read by the second.
  let wasIdle = false;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const age = performance.now() - beganAt;
      const isIdle = inFlight.size === 0;
      server.getConnections((_error, open) => {
        const isOver = age >= CUT_OFF_MS || (isIdle && (open === 0 || (wasIdle && age >= GRACE_MS)));
        wasIdle = isIdle;
        if (!isOver) return;
        clearInterval(timer);
        resolve();
      });
    }, CHECK_INTERVAL_MS);
  });
}
