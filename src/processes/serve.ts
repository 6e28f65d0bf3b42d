import cluster from 'node:cluster';
import { createApp } from '../app.setup.js';
import { printBanner } from '../banner.js';
import type { Settings } from '../config/settings.js';
import { serveOwnMetrics } from '../monitoring/metrics-server.js';
import { takeConnections } from './front.js';
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
  if (worker) {
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    takeConnections(app.getHttpServer());
    worker.send({ isServing: true } satisfies Serving);
    return;
  }
  await app.listen(settings.http.port, settings.http.host);
  await serveOwnMetrics(settings.metrics);
  printBanner(settings, await app.getUrl());
}
