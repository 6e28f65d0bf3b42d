import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that takes connections and never says a word, as a database that hangs. */
export async function silentServer(): Promise<{ port: number; close(): void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** A port at which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await silentServer();
  server.close();
  return server.port;
}
