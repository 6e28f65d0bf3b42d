import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** A flood tells in the log that it is one, and not with a line for each connection. */
const TOLD_EVERY_MS = 60_000;

/** How long a client may keep a connection busy or idle, in milliseconds. */
export const TIMEOUTS = {
  http: {
    // From the start of a connection or of a request on it to the end of its headers.
    headersTimeout: 10_000,
    // Node looks only so often who is over these two; every 30 s if nobody says otherwise.
    connectionsCheckingInterval: 1_000,
  },
  // From the first byte of a request to its last.
  requestTimeout: 20_000,
  // Without a byte either way, for who never reads an answer; Node takes up to twice as long to see that writing stands
  // still. Above the request's, which is told what it did wrong.
  connectionTimeout: 25_000,
  // Longer than nginx and the balancers of the clouds, which give up at 60 s: the one who sends should be the one who closes,
  // or a request meets a closed connection.
  keepAliveTimeout: 72_000,
} as const;

/**
 * Closes what comes over the limit. Not by `server.maxConnections`: of several processes Node 20 hands such a connection
 * round among them for as long as all are full, at the cost of a processor.
 */
export function registerConnectionLimit(instance: FastifyInstance, limit: number): void {
  let open = 0;
  let toldAt = -Infinity;
  instance.server.on('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
    if (open <= limit) return;
    socket.destroy();
    if (performance.now() - toldAt < TOLD_EVERY_MS) return;
    toldAt = performance.now();
    instance.log.warn({ limit }, 'too many connections: raise MAX_CONNECTIONS if they are honest');
  });
}
