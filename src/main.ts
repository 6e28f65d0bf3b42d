import { printBanner } from './banner.js';
import { createApp } from './app.setup.js';
import { loadEnvFile, readSettings, type Settings } from './config/env.js';
import { explain } from './explain.js';

/** A deploy waits no longer than this for requests in flight. */
const SHUTDOWN_DEADLINE_MS = 10_000;

// The database and the secret are nobody else's to read.
process.umask(0o077);

try {
  loadEnvFile();
  await start(readSettings());
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exit(1);
}

async function start(settings: Settings): Promise<void> {
  const app = await createApp(settings);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => setTimeout(() => process.exit(1), SHUTDOWN_DEADLINE_MS).unref());
  }
  await app.listen(settings.http.port, settings.http.host);
  printBanner(settings, await app.getUrl());
}
