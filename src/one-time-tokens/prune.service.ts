import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, type Repository } from 'typeorm';
import { BackgroundPruning, PRUNE_BATCH } from '../database/background-pruning.js';
import { OneTimeToken } from './one-time-token.entity.js';

/** Deletes the tokens that expired: they hold addresses. */
@Injectable()
export class PruneService extends BackgroundPruning {
  readonly table = 'one_time_tokens';
  constructor(@InjectRepository(OneTimeToken) private readonly tokens: Repository<OneTimeToken>) {
    super();
  }

  async prune(): Promise<number> {
    const expired = await this.tokens.find({
      select: { id: true },
      where: { expiresAt: LessThan(new Date()) },
      order: { expiresAt: 'ASC' },
      take: PRUNE_BATCH,
    });
    if (expired.length > 0) await this.tokens.delete({ id: In(expired.map(({ id }) => id)) });
    return expired.length;
  }
}
