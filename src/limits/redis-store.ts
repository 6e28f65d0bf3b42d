import { createRequire } from 'node:module';
import { type IRateLimiterOptions, RateLimiterRedis, type RateLimiterStoreAbstract } from 'rate-limiter-flexible';

/** Of its 480 files, a sixth of all that a start loads, nothing is loaded where there is no Redis. */
const loadClient = () => createRequire(import.meta.url)('@redis/client') as typeof import('@redis/client');

const CONNECT_TIMEOUT_MS = 1_000;
const RECONNECT_AT_MOST_MS = 1_000;

/** Keys of ours may lie beside those of others. */
const PREFIX = 'kunci:';

interface Listeners {
  readonly onError: (error: unknown) => void;
  readonly onReady: () => void;
}

/** Counters in Redis. Connects by itself, again and again; while it is away every command fails at once. */
export class RedisStore {
  private readonly client;
  private readonly connected: Promise<unknown>;

  constructor(url: string, { onError, onReady }: Listeners) {
    this.client = loadClient().createClient({
      url,
      disableOfflineQueue: true,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, RECONNECT_AT_MOST_MS),
      },
    });
    this.client.on('error', onError).on('ready', onReady);
    // What goes wrong is told to `onError` too.
    this.connected = this.client.connect().catch(() => undefined);
  }

  /** Done when it is connected for the first time, or when that takes too long. */
  async connecting(atMostMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => (timer = setTimeout(resolve, atMostMs)));
    await Promise.race([this.connected, deadline]);
    clearTimeout(timer);
  }

  limiter(options: IRateLimiterOptions & { inMemoryBlockOnConsumed?: number }): RateLimiterStoreAbstract {
    return new RateLimiterRedis({
      ...options,
      keyPrefix: `${PREFIX}${options.keyPrefix ?? ''}`,
      storeClient: this.client,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
    });
  }

  close(): void {
    this.client.destroy();
  }
}
