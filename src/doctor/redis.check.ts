import { type Finding, fault, ok } from './finding.js';

/** @param url with its password, which is not repeated */
export async function checkRedis(url: string | undefined, deadlineMs: number): Promise<Finding[]> {
  if (url === undefined) return [];
  const { host } = new URL(url);
  const { createClient } = await import('@redis/client');
  const client = createClient({
    url,
    // Once, and nothing waits in a queue for a connection that never comes.
    socket: { connectTimeout: deadlineMs, socketTimeout: deadlineMs, reconnectStrategy: false },
    disableOfflineQueue: true,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return [ok('redis', `Redis answers at ${host}.`)];
  } catch (error) {
    return [fault('redis', `Redis cannot be used at ${host}: ${reasonOf(error)}.`, 'Start it, or correct REDIS_URL.')];
  } finally {
    if (client.isOpen) client.destroy();
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (/WRONGPASS|NOAUTH|AUTH/.test(message)) return 'it refuses this user or password';
  if (/timeout/i.test(message)) return 'it does not answer in time';
  return `${code ?? message.split(/[\s:]/, 1)[0]}`;
}
