import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between the application and its database, on loopback, and makes trouble when it is told to. */
export class TcpProxy {
  /** Connections that reached the database's side. */
  connections = 0;
  /** Bytes from the client are held back for so long. */
  delayMs = 0;
  /** Nothing passes any more, in either direction, and nobody is told. */
  isSilent = false;
  /** So many answers pass on each connection, and then no more; greeting and letting in are the first two. */
  answersEach = Infinity;
  private readonly sockets = new Set<Socket>();
  private readonly lost = new WeakSet<Socket>();
  private readonly server: Server;

  private constructor(private readonly target: { host: string; port: number }) {
    this.server = createServer((client) => this.join(client));
  }

  static async to(url: URL): Promise<TcpProxy> {
    const proxy = new TcpProxy({ host: url.hostname, port: Number(url.port || 3306) });
    await proxy.listen(0);
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** As a server that died: connections break, new ones are refused. @returns the port, to come back on */
  async die(): Promise<number> {
    const { port } = this;
    const closed = once(this.server, 'close');
    this.server.close();
    this.breakAll();
    await closed;
    return port;
  }

  async listen(port: number): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  breakAll(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** On the connections that there are nothing passes any more, and nobody is told. New ones are good. */
  loseAll(): void {
    for (const socket of this.sockets) this.lost.add(socket);
  }

  private join(client: Socket): void {
    this.connections += 1;
    const server = connect(this.target);
    let answers = 0;
    this.pass(client, server, () => this.delayMs);
    this.pass(
      server,
      client,
      () => 0,
      () => ++answers > this.answersEach,
    );
  }

  private pass(from: Socket, to: Socket, delayMs: () => number, isSwallowed = () => false): void {
    this.sockets.add(from);
    from.on('data', (bytes) => {
      if (this.isSilent || this.lost.has(from) || isSwallowed()) return;
      setTimeout(() => to.writable && to.write(bytes), delayMs());
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
