import { printBanner } from './banner.js';
import { createApp } from './app.setup.js';
import { SettingsError } from './config/environment.js';
import { loadEnvFile, readSettings, type Settings } from './config/env.js';

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

/** What a person can mend is said in a sentence; the rest with its stack. */
function explain(error: unknown): string {
  if (error instanceof SettingsError) return `${error.message}\n\nSee .env.example for all of them.`;
  const { code, message, port, address, stack } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') return `Port ${port} of ${address} is taken. Set PORT to another one.`;
  // What the system or the database refused, in their words; what Kunci got wrong itself, with its stack.
  const { syscall = '' } = error as NodeJS.ErrnoException;
  const isOutside =
    /^(ER_|SQLITE_)/.test(code ?? '') || ['listen', 'connect', 'getaddrinfo', 'mkdir'].includes(syscall);
  if (isOutside) return `It could not start: ${message} (${code})\nCheck HOST, PORT and the DB_ settings.`;
  return stack ?? String(error);
}
