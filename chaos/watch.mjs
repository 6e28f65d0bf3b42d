// Looks at a service from beside its load: is it alive, is it ready, how much memory does it take?
import { setTimeout as sleep } from 'node:timers/promises';
import { send } from './request.mjs';

const INTERVAL_MS = 50;
const LIMIT_MS = 3_000;

export class Watch {
  /** Every answer: path, status or failure, when it was sent and had, how long it took. */
  seen = [];
  peakRss = 0;
  isRunning = true;

  constructor(scope, kunci, paths = ['/health/live', '/health/ready']) {
    this.kunci = kunci;
    this.loops = [...paths.map((path) => this.ask(path)), this.weigh()];
    scope.defer(() => this.stop());
  }

  async ask(path) {
    while (this.isRunning) {
      const { status, failure, sentAt, ms } = await send(this.kunci.url + path, { limitMs: LIMIT_MS });
      this.seen.push({ path, status: failure ?? status, sentAt, ms, at: sentAt + ms });
      await sleep(INTERVAL_MS);
    }
  }

  async weigh() {
    while (this.isRunning) {
      if (this.kunci.isRunning) this.peakRss = Math.max(this.peakRss, this.kunci.rss());
      await sleep(INTERVAL_MS * 4);
    }
  }

  async stop() {
    this.isRunning = false;
    await Promise.all(this.loops);
  }

  /** @returns the milliseconds from a moment on until this answer was had; NaN if it never was */
  until(path, status, from) {
    const found = this.seen.find((one) => one.path === path && one.status === status && one.at >= from);
    return found ? found.at - from : NaN;
  }

  others(path, status) {
    return this.seen.filter((one) => one.path === path && one.status !== status).map((one) => one.status);
  }

  times(path) {
    return this.seen.filter((one) => one.path === path).map(({ ms }) => ms);
  }
}
