// A bad line between Kunci and its database. How bad can be changed while it runs.
import { connect, createServer } from 'node:net';

const CONNECTION_MS = 5_000;

export class TcpProxy {
  /** For each piece of an answer. */
  delayMs = 0;
  /** Nothing comes back, and nobody says so. */
  isBlackhole = false;
  /** Ends each connection when so much has come back through it. */
  cutAfterBytes = Infinity;
  /** Ends it as a crash does, not in order. */
  isReset = false;
  refusesEverySecond = false;
  /** Pieces that came from Kunci: a command is one of them. */
  commands = 0;
  accepted = 0;
  sockets = new Set();

  static async start(scope, targetPort) {
    const proxy = new TcpProxy();
    proxy.server = createServer((client) => proxy.connect(client, targetPort));
    await new Promise((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    proxy.port = proxy.server.address().port;
    scope.defer(() => proxy.stop());
    return proxy;
  }

  stop() {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  /** @param faults the properties above; all others as on a good line */
  be(faults = {}) {
    const good = { delayMs: 0, isBlackhole: false, cutAfterBytes: Infinity, isReset: false, refusesEverySecond: false };
    Object.assign(this, good, faults);
  }

  connect(client, port) {
    this.accepted += 1;
    if (this.refusesEverySecond && this.accepted % 2 === 0) return client.resetAndDestroy();
    const server = connect({ port, host: '127.0.0.1', timeout: CONNECTION_MS });
    let passed = 0;
    for (const socket of [client, server]) {
      this.sockets.add(socket.setNoDelay(true));
      socket.on('error', () => {});
    }
    const end = () => [client, server].forEach((socket) => this.sockets.delete(socket.destroy()));
    client.on('close', end).on('data', (piece) => {
      this.commands += 1;
      server.write(piece);
    });
    server.on('close', end).on('data', (piece) => {
      if (this.isBlackhole) return;
      passed += piece.length;
      const isCut = passed > this.cutAfterBytes;
      const rest = isCut ? piece.subarray(0, piece.length / 2) : piece;
      setTimeout(() => {
        if (!client.destroyed) client.write(rest);
        if (isCut && this.isReset) client.resetAndDestroy();
        else if (isCut) end();
      }, this.delayMs);
    });
  }
}
