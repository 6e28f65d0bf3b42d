import cluster, { type Worker } from 'node:cluster';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { printBanner } from '../banner.js';
import { workerEnvironment } from '../config/env.js';
import type { Settings } from '../config/settings.js';
import { explain } from '../explain.js';
import { createLogger } from '../monitoring/logger.js';
import { clusterRegistry } from '../monitoring/metrics.js';
import { startMetricsServer } from '../monitoring/metrics-server.js';
import { Front } from './front.js';
import { RestartPause } from './restart-pause.js';
import { onShutdown } from './shutdown.js';

/** What a worker tells once it takes connections. */
export interface Serving {
  isServing: true;
}

/**
 * Starts `settings.workers` processes that serve on one port, replaces those that end, and ends when told to. It serves
 * nothing itself, so that no request can bring it down.
 */
export class Supervisor {
  private readonly logger: Logger;
  private readonly pause = new RestartPause();
  private readonly serving = new Set<Worker>();
  private readonly front = new Front(this.serving);
  private url: string | undefined;
  private hasServed = false;
  private hasSaidSo = false;
  private isEnding = false;
  private exitCode = 0;

  constructor(private readonly settings: Settings) {
    this.logger = createLogger(settings);
  }

  /** Goes on in the background until a signal comes; the process then ends by itself. */
  start(): void {
    // This file again may be `npm start`'s, which would look whether it has to build.
    cluster.setupPrimary({ exec: join(import.meta.dirname, '../main.js') });
    cluster.on('message', (worker, message: Partial<Serving> | undefined) => {
      if (message?.isServing) this.onServing(worker);
    });
    onShutdown(
      () => void this.endInOrder(),
      () => this.endHard(),
    );
    void this.serveMetrics();
    // The first one alone: what keeps it from starting would keep them all, and is told once.
    this.fork();
  }

  /** The sum over all processes. */
  private async serveMetrics(): Promise<void> {
    const { metrics } = this.settings;
    if (!metrics) return;
    try {
      await startMetricsServer(metrics, () => clusterRegistry.clusterMetrics(), clusterRegistry.contentType);
    } catch (error) {
      process.stderr.write(`\n${explain(error)}\n`);
      this.endHard();
    }
  }

  private fork(): void {
    const startedAt = performance.now();
    const worker = cluster.fork(workerEnvironment());
    let hasEnded = false;
    const onEnd = (why: object) => {
      if (!hasEnded) this.onEnd(worker, performance.now() - startedAt, why);
      hasEnded = true;
    };
    worker.on('exit', (code: number | null, signal: string | null) => onEnd({ code, signal }));
    worker.on('error', (err: Error) => {
      this.logger.error({ worker: worker.process.pid, err }, 'a process cannot be reached');
      // It could not even be made, of which no `exit` tells.
      if (worker.process.pid === undefined) onEnd({ code: null, signal: null });
    });
  }

  private onServing(worker: Worker): void {
    this.serving.add(worker);
    this.front.handOverWaiting();
    this.logger.info({ worker: worker.process.pid }, 'a process serves');
    if (this.isEnding) return;
    if (!this.hasServed) {
      this.hasServed = true;
      void this.listen();
      for (let i = 1; i < this.settings.workers; i++) this.fork();
    }
    this.saySo();
  }

  private async listen(): Promise<void> {
    const { host, port } = this.settings.http;
    try {
      this.url = await this.front.listen(port, host);
      this.saySo();
    } catch (error) {
      process.stderr.write(`\n${explain(error)}\n`);
      this.endHard();
    }
  }

  /** Once, when all serve. */
  private saySo(): void {
    if (this.hasSaidSo || this.url === undefined || this.serving.size < this.settings.workers) return;
    this.hasSaidSo = true;
    printBanner(this.settings, this.url);
  }

  private onEnd(worker: Worker, livedMs: number, why: { code?: number | null; signal?: string | null }): void {
    this.serving.delete(worker);
    if (this.isEnding) {
      // A signal ends one that has not got as far as listening to it.
      if (why.signal !== 'SIGTERM' && why.signal !== 'SIGINT') this.exitCode ||= why.code ?? 1;
      this.exitIfAlone();
      return;
    }
    if (!this.hasServed) {
      // It has said why, unless it could not.
      if (why.code === null) process.stderr.write(`\nThe first process was ended by ${why.signal} at its start.\n`);
      process.exit(1);
    }
    const pauseMs = this.pause.after(livedMs);
    const details = { worker: worker.process.pid, ...why, livedMs: Math.round(livedMs), pauseMs };
    this.logger.error(details, 'a process ended and is replaced');
    setTimeout(() => {
      if (!this.isEnding) this.fork();
    }, pauseMs);
  }

  /** New connections first: who has one is answered by the process that has it. */
  private async endInOrder(): Promise<void> {
    this.isEnding = true;
    await this.front.close();
    for (const worker of this.workers()) worker.process.kill('SIGTERM');
    this.exitIfAlone();
  }

  private endHard(): void {
    for (const worker of this.workers()) worker.process.kill('SIGKILL');
    process.exit(1);
  }

  private exitIfAlone(): void {
    if (this.workers().length === 0) process.exit(this.exitCode);
  }

  private workers(): Worker[] {
    return Object.values(cluster.workers ?? {}).filter((worker) => worker?.isDead() === false) as Worker[];
  }
}
