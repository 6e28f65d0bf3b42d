import cluster from 'node:cluster';
import { createApp } from '../app.setup.js';
import { printBanner } from '../banner.js';
import type { Settings } from '../config/settings.js';
import { serveOwnMetrics } from '../monitoring/metrics-server.js';
import { onShutdown } from './shutdown.js';
import type { Serving } from './supervisor.js';

/** Serves in this process, alone or as one of several. */
export async function serve(settings: Settings): Promise<void> {
  const { worker } = cluster;
  worker?.on('disconnect', () => {
    // The supervisor is gone. Node would end this process at once, and with it the requests in flight.
    worker.exitedAfterDisconnect = true;
    process.kill(process.pid, 'SIGTERM');
  });
  const app = await createApp(settings);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  onShutdown(
    () => undefined,
    () => process.exit(1),
  );
  await app.listen(settings.http.port, settings.http.host);
  // Of several processes the supervisor tells the sum.
  if (!worker) await serveOwnMetrics(settings.metrics);
  const url = await app.getUrl();
  if (worker) worker.send({ servingAt: url } satisfies Serving);
  else printBanner(settings, url);
}
