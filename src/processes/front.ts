import type { Worker } from 'node:cluster';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { stopListening } from '../server/drain.js';

/** What a process is sent together with a connection. */
const CONNECTION = 'connection';

/** While no process serves, as between the end of the last one and its replacement, or at the end. */
const WAITING_MAX = 1_000;

/**
 * The port of several processes: accepts the connections and hands them to those that serve, in turn. Not by the
 * listening of `node:cluster`: it gives up connections that are on their way to a process which has stopped to listen, so
 * that no order in which they end is free of failed requests.
 */
export class Front {
  private readonly server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.handOver(socket));
  private readonly waiting: Socket[] = [];
  private readonly onTheirWay = new Set<Promise<void>>();
  private turn = 0;
  private isClosing = false;

  /** @param serving the processes that take connections at this moment */
  constructor(private readonly serving: ReadonlySet<Worker>) {}

  /** @returns where @throws what listening throws */
  async listen(port: number, host: string): Promise<string> {
    // Also of an accept that failed, as without a file descriptor left: the kernel keeps that connection for the next one.
    await new Promise<void>((resolve, reject) => {
      this.server.on('error', reject).listen(port, host, resolve);
    });
    const { address, family, port: taken } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
  }

  /** There is a process to take what has waited. */
  handOverWaiting(): void {
    for (const socket of this.waiting.splice(0)) this.handOver(socket);
  }

  /**
   * Takes all that has come, and nothing more. Who is answered comes back: so nobody is, until listening has ended.
   *
   * @returns when all have left for a process that serves
   */
  async close(): Promise<void> {
    this.isClosing = true;
    if (this.server.listening) await stopListening(this.server);
    this.isClosing = false;
    this.handOverWaiting();
    await Promise.all(this.onTheirWay);
  }

  private handOver(socket: Socket): void {
    const processes = this.isClosing ? [] : [...this.serving].filter((worker) => worker.isConnected());
    const worker = processes[this.turn++ % processes.length];
    if (worker) this.send(worker, socket);
    else if (this.waiting.length < WAITING_MAX) this.waiting.push(socket);
    else socket.destroy();
  }

  /** One at a time leaves for a process, which then says that it has it: the next ones wait here. */
  private send(worker: Worker, socket: Socket): void {
    const sending = new Promise<void>((resolve) => {
      worker.send(CONNECTION, socket, (error) => {
        if (error) socket.destroy();
        resolve();
      });
    });
    this.onTheirWay.add(sending);
    void sending.then(() => this.onTheirWay.delete(sending));
  }
}

/** In a process that serves: connections come from the front, and the server listens nowhere. */
export function takeConnections(server: Server): void {
  process.on('message', (message: unknown, socket: unknown) => {
    if (message === CONNECTION && socket) server.emit('connection', socket);
  });
  // From here on Node looks for clients that take too long.
  server.emit('listening');
}
