import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, type Repository } from 'typeorm';
import { BackgroundPruning, PRUNE_BATCH } from '../database/background-pruning.js';
import { Session } from './session.entity.js';

/** A session that is over is kept a while, for whoever looks into how it ended. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** Deletes the rows of sessions that are over. */
@Injectable()
export class PruneService extends BackgroundPruning {
  readonly table = 'sessions';
  constructor(@InjectRepository(Session) private readonly sessions: Repository<Session>) {
    super();
  }

  async prune(): Promise<number> {
    const before = new Date(Date.now() - KEPT_MS);
    const over = await this.sessions.find({
      select: { id: true },
      // A session that is ended expires at that moment: one index serves both.
      where: { expiresAt: LessThan(before) },
      order: { expiresAt: 'ASC' },
      take: PRUNE_BATCH,
    });
    if (over.length > 0) await this.sessions.delete({ id: In(over.map(({ id }) => id)) });
    return over.length;
  }
}
