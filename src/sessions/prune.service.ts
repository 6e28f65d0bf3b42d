import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, type Repository } from 'typeorm';
import { Session } from './session.entity.js';

/** A session that is over is kept a while, for whoever looks into how it ended. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** Small, because other requests wait for their turn at the table, and on SQLite at the process. */
const BATCH = 200;
const PAUSE_MS = 100;

const INTERVAL_MS = 10 * 60 * 1000;

/** Deletes the rows of sessions that are over. Every process does it, each at its own time. */
@Injectable()
export class PruneService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PruneService.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectRepository(Session) private readonly sessions: Repository<Session>) {}

  onApplicationBootstrap(): void {
    this.wait(INTERVAL_MS * Math.random());
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** One batch. @returns how many rows it deleted */
  async prune(): Promise<number> {
    const before = new Date(Date.now() - KEPT_MS);
    const over = await this.sessions.find({
      select: { id: true },
      // A session that is ended expires at that moment: one index serves both.
      where: { expiresAt: LessThan(before) },
      order: { expiresAt: 'ASC' },
      take: BATCH,
    });
    if (over.length > 0) await this.sessions.delete({ id: In(over.map(({ id }) => id)) });
    return over.length;
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => void this.pruneAndWait(), ms).unref();
  }

  private async pruneAndWait(): Promise<void> {
    let isMore = false;
    try {
      isMore = (await this.prune()) === BATCH;
    } catch (error) {
      this.logger.warn(`Old sessions could not be deleted, next try in a while: ${(error as Error).name}`);
    }
    if (this.timer) this.wait(isMore ? PAUSE_MS : INTERVAL_MS);
  }
}
