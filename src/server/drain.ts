import { Server, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const CHECK_INTERVAL_MS = 50;

/**
 * For so long a proxy that keeps connections open finds them open, and learns with its answer that they end. A request may
 * be on its way at any time, and one that meets a closed connection has failed.
 */
const GRACE_MS = 1_000;

/** Nobody has connected for so long: who was about to come back has done so, and waits for an answer. */
const QUIET_MS = 50;

/** Where they never cease to come, no such pause is waited for any longer; then a turn of the loop without any has to do. */
const ACCEPT_MS = 1_500;

/** Between two looks, so that the processor is free for what is still being answered. */
const LOOK_MS = 5;

/** Whoever is still sending then is cut off; below the deadline of the process, so that it ends in order. */
const CUT_OFF_MS = 7_500;

/**
 * Lets a closing server end: new connections go elsewhere at once, every request on an open one gets its answer and
 * `Connection: close`, then the connections that are left are cut. Node by itself would cut the idle ones at once, and wait a
 * minute for a client that connected and never sent a byte.
 */
export function registerDrain(instance: FastifyInstance): void {
  const inFlight = new Set<FastifyRequest>();
  let held = 0;
  let stopping: Promise<void> | undefined;
  // By hand: the server does not count connections that another process has accepted.
  let open = 0;
  instance.server.on('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
  });
  instance.addHook('onRequest', (request, reply, done) => {
    inFlight.add(request);
    // Not `onResponse`: Fastify does not call it for a client that hangs up.
    reply.raw.once('close', () => inFlight.delete(request));
    // Whoever has an answer comes back on a new connection: answered meanwhile, there would be no end to them.
    if (!stopping) {
      done();
      return;
    }
    held += 1;
    void stopping.then(() => {
      held -= 1;
      done();
    });
  });
  instance.addHook('preClose', async () => {
    stopping = stopListening(instance.server, () => inFlight.size > held);
    await stopping;
    await untilIdle(() => open, inFlight);
    instance.server.closeAllConnections();
  });
}

/**
 * The kernel resets the connections that it holds and nobody has accepted. When a while has brought none, and then a turn
 * of the loop, hardly one is left: as long as this process is not kept from its turn by hashes of its own.
 *
 * @param isBusy whether something else than who waits for this is being answered
 */
export async function stopListening(server: Server, isBusy: () => boolean = () => false): Promise<void> {
  const beganAt = performance.now();
  let acceptedAt = beganAt;
  server.on('connection', () => (acceptedAt = performance.now()));
  for (let isOver = false; !isOver;) {
    await sleep(LOOK_MS);
    const now = performance.now();
    const isQuiet = now - acceptedAt >= QUIET_MS && !isBusy();
    if (!isQuiet && now - beganAt < ACCEPT_MS) continue;
    await nextTurn();
    isOver = acceptedAt < now;
  }
  // The listening socket alone: `close` of an HTTP server would also cut the connections that are idle just now.
  Server.prototype.close.call(server);
}

function untilIdle(countOpen: () => number, inFlight: ReadonlySet<unknown>): Promise<void> {
  const beganAt = performance.now();
  // Idle at two checks in a row: a request that had just arrived at the first has been read by the second.
  let wasIdle = false;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const age = performance.now() - beganAt;
      const isIdle = inFlight.size === 0;
      const isOver = age >= CUT_OFF_MS || (isIdle && (countOpen() === 0 || (wasIdle && age >= GRACE_MS)));
      wasIdle = isIdle;
      if (!isOver) return;
      clearInterval(timer);
      resolve();
    }, CHECK_INTERVAL_MS);
  });
}
