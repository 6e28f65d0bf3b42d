import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mysql from 'mysql2';
import { withDeadlines } from './pool-with-deadlines.js';

/** What mysql2 can do on the side of the server, which its types leave out. */
interface ServerSide extends NodeJS.EventEmitter {
  /** Counts the packets of a command; it does not begin anew by itself. */
  sequenceId: number;
  serverHandshake(greeting: object): void;
  writeError(error: { code: number; message: string }): void;
}

/** PROTOCOL_41, TRANSACTIONS and SECURE_CONNECTION. */
const GREETING = {
  protocolVersion: 10,
  serverVersion: '8.4.0',
  statusFlags: 2,
  characterSet: 45,
  capabilityFlags: 0xa200,
};

const ER_QUERY_INTERRUPTED = 1317;

describe('a pool with deadlines', () => {
  let isSilent: boolean;
  let accepted: number;
  let server: Server;
  let pool: mysql.Pool;
  const acquire = () =>
    new Promise<mysql.PoolConnection>((resolve, reject) => {
      pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
    });

  /** It lets everybody in, and refuses every statement. */
  beforeEach(async () => {
    accepted = 0;
    const { _server } = mysql.createServer((connection) => {
      const side = connection as unknown as ServerSide;
      const authCallback = (_login: unknown, letIn: (refusal: null) => void) => {
        letIn(null);
        side.sequenceId = 0;
      };
      side.serverHandshake({ ...GREETING, connectionId: ++accepted, authCallback });
      side.on('error', () => undefined);
      side.on('query', () => {
        if (!isSilent) side.writeError({ code: ER_QUERY_INTERRUPTED, message: 'interrupted' });
        side.sequenceId = 0;
      });
    }) as unknown as { _server: Server };
    server = _server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    pool = withDeadlines(mysql.createPool({ host: '127.0.0.1', port, user: 'x', connectionLimit: 1 }), 200);
  });
  afterEach(async () => {
    pool.end();
    server.close();
    await once(server, 'close');
  });

  it.each([
    ['refuses', false],
    ['does not answer', true],
  ])(
    'survives that the server %s a ROLLBACK that nobody waits for, and lends its connection no more',
    async (_what, is) => {
      isSilent = is;
      const connection = await acquire();
      const { stream } = connection as unknown as { stream: Socket };
      // As rate-limiter-flexible does it.
      (connection.rollback as () => void)();
      connection.release();
      await once(stream, 'close');
      (await acquire()).release();
      expect(accepted).toBe(2);
    },
  );
});
