import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { freePort } from '../database-server.mjs';

const START_DEADLINE_MS = 20_000;

/** The server program that `test/run.mjs` found; empty if there is none. */
export const REDIS_SERVER = process.env.TEST_REDIS ?? '';

type Client = ReturnType<typeof clientOf>;

const clientOf = (url: string) => createClient({ url, socket: { reconnectStrategy: false } });

/** A Redis of the test's own: in memory, on a free port. */
export class TestRedis {
  private child: ChildProcess | undefined;
  private port = 0;

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** The second time on the same port, and empty. */
  async start(): Promise<void> {
    this.port ||= await freePort();
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.child = spawn(REDIS_SERVER, args, { cwd: tmpdir(), stdio: 'ignore' });
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await this.isUp())) {
      if (Date.now() > deadline) throw new Error('Redis did not start.');
      await sleep(50);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** The keys that match, each by its value and the seconds that it lives; -1 for ever. */
  async entries(pattern: string): Promise<{ key: string; value: number; seconds: number }[]> {
    return this.use(async (client) => {
      const keys = await client.keys(pattern);
      return Promise.all(
        keys.map(async (key) => ({ key, value: Number(await client.get(key)), seconds: await client.ttl(key) })),
      );
    });
  }

  /** As if their time were up. */
  async expire(pattern: string): Promise<void> {
    await this.use(async (client) => {
      for (const key of await client.keys(pattern)) await client.pExpire(key, 0);
    });
  }

  private async use<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = clientOf(this.url);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      client.destroy();
    }
  }

  private async isUp(): Promise<boolean> {
    return this.use((client) => client.ping()).then(
      () => true,
      () => false,
    );
  }
}
