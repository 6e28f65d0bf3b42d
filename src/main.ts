import cluster from 'node:cluster';
import { loadEnvFile, readSettings } from './config/env.js';
import { explain } from './explain.js';
import { endOnCrash } from './monitoring/crash.js';
import { serve } from './processes/serve.js';
import { Supervisor } from './processes/supervisor.js';

// The database and the secret are nobody else's to read.
process.umask(0o077);

try {
  loadEnvFile();
  const settings = readSettings();
  endOnCrash(settings);
  if (settings.workers > 1 && cluster.isPrimary) new Supervisor(settings).start();
  else await serve(settings);
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exit(1);
}
