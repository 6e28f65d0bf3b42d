import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Long enough for the client to read its answer; a connection that is cut under data it has sent takes that away. */
const LINGER_MS = 1_000;

/**
 * An answer that leaves before the whole body has come (too large, of the wrong type, for no route) is the last of its
 * connection, and the rest of the body is not read. Node would read on to the end, which an attacker need not have.
 */
export function registerUnreadBody(instance: FastifyInstance): void {
  instance.addHook('onSend', (request, reply, payload, done) => {
    if (!request.raw.complete && hasBody(request.raw)) {
      void reply.header('connection', 'close');
      stopReading(request.raw);
    }
    done(null, payload);
  });
}

/** An answer without delay comes before Node has noticed the end of a request that has no body. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
}

function stopReading(request: IncomingMessage): void {
  const { socket } = request;
  request.pause();
  // What has come is thrown away; from here on Node leaves the rest to us instead of reading it to its end.
  request.read();
  // What Node calls after the last answer of a connection.
  socket.destroySoon = () => {
    socket.end();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}
