import { Injectable } from '@nestjs/common';
import { BackgroundPruning, PRUNE_BATCH } from '../database/background-pruning.js';
import { CountersService } from './counters.service.js';

/** Deletes the counts that expired. */
@Injectable()
export class PruneService extends BackgroundPruning {
  readonly table = 'rate_limits';
  constructor(private readonly counters: CountersService) {
    super();
  }

  prune(): Promise<number> {
    return this.counters.deleteExpired(PRUNE_BATCH);
  }
}
