import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SettingsError } from '../config/environment.js';
import type { Settings } from '../config/settings.js';
import { isSameText } from '../crypto/constant-time.js';
import { registry } from './metrics.js';

export type MetricsSettings = NonNullable<Settings['metrics']>;

export interface MetricsServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly text: string;
}

/** Of a process that serves alone; nowhere if the settings name no place. Says where on standard error. */
export async function serveOwnMetrics(metrics: Settings['metrics']): Promise<MetricsServer | undefined> {
  if (!metrics) return undefined;
  const server = await startMetricsServer(metrics, () => registry.metrics(), registry.contentType);
  process.stderr.write(`  Metrics at ${server.url}/metrics\n`);
  return server;
}

/**
 * Serves `GET /metrics` on a port of its own, so that no mistake in a proxy shows it to everyone. It keeps no process
 * alive.
 * @param collect the text of a scrape
 * @param contentType of that text
 * @throws SettingsError if the port is taken
 */
export async function startMetricsServer(
  { host, port, token }: MetricsSettings,
  collect: () => Promise<string>,
  contentType: string,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    void answer(request, token, collect, contentType).then((found) => send(response, found));
  });
  server.listen(port, host).unref();
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new SettingsError([`METRICS_HOST ${host} and METRICS_PORT ${port} cannot be listened on (${code})`]);
  }
  const { address, family, port: taken } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`, close };
}

async function answer(
  { method, url, headers }: IncomingMessage,
  token: string | undefined,
  collect: () => Promise<string>,
  contentType: string,
): Promise<Answer> {
  if (url?.split('?', 1)[0] !== '/metrics') return { status: 404, text: 'Not found\n' };
  if (method !== 'GET') return { status: 405, headers: { allow: 'GET' }, text: 'Method not allowed\n' };
  if (token !== undefined && !isSameText(headers.authorization ?? '', `Bearer ${token}`)) {
    return { status: 401, headers: { 'www-authenticate': 'Bearer realm="kunci metrics"' }, text: 'Unauthorized\n' };
  }
  try {
    return { status: 200, headers: { 'content-type': contentType }, text: await collect() };
  } catch {
    return { status: 503, text: 'The metrics could not be collected\n' };
  }
}

function send(response: ServerResponse, { status, headers, text }: Answer): void {
  const common = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, { ...common, ...headers }).end(text);
}
