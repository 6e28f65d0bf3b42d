// Logins through the API, and what bounds them: bcrypt alone, in a process of its own (this file, run as a script).
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { outputOf } from './processes.mjs';

const COST = 12;

export async function sendLogins(url, credentials, concurrency, seconds) {
  let next = 0;
  return rateOf(concurrency, seconds, async () => {
    const response = await fetch(`${url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials[next++ % credentials.length]),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`A login was answered with ${response.status}: ${text}`);
  });
}

export async function compareHashes(concurrency, seconds) {
  // Enough threads for all cores; not more, because on a busy machine threads are what its scheduler shares out by.
  const env = { UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())) };
  const args = [import.meta.filename, String(concurrency), String(seconds)];
  return JSON.parse(await outputOf(process.execPath, args, { env }));
}

async function compareAlone(concurrency, seconds) {
  const { default: bcrypt } = await import('bcrypt');
  // As long as what Kunci hands to bcrypt: the base64 of an HMAC-SHA256.
  const password = 'x'.repeat(44);
  const hash = await bcrypt.hash(password, COST);
  const before = process.cpuUsage();
  const measured = await rateOf(concurrency, seconds, async () => {
    if (!(await bcrypt.compare(password, hash))) throw new Error('The password should have matched');
  });
  const { user, system } = process.cpuUsage(before);
  return { ...measured, cpu: (user + system) / 1e6 };
}

/**
 * Runs a task in endless loops side by side. What was begun in time is waited for and its time counts: of so few tasks
 * a second, cutting off the last ones would lose several percent by chance.
 */
async function rateOf(concurrency, seconds, task) {
  const start = performance.now();
  let done = 0;
  const loop = async () => {
    while (performance.now() - start < seconds * 1_000) {
      await task();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return { count: done, perSecond: (done / (performance.now() - start)) * 1_000 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(await compareAlone(...process.argv.slice(2).map(Number))));
}
