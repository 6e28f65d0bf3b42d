import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, LessThan, MoreThan, Not, type Repository } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { BackgroundPruning, PRUNE_BATCH } from '../database/background-pruning.js';
import { retryDeadlock } from '../database/retry.js';
import { AuditEvent } from './audit-event.entity.js';

/** A process that could not write its rows for longer has lost them. */
const LATE_MS = 3600 * 1000;

/** It is looked for those no more often, however many batches there are to delete. */
const LOOK_EVERY_MS = 60_000;

/** Deletes events that were kept for as long as `AUDIT_KEPT` says: addresses are personal data. */
@Injectable()
export class AuditPruneService extends BackgroundPruning {
  readonly table = 'audit_events';
  private lookedAt = -Infinity;

  constructor(
    @InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    super();
  }

  async prune(): Promise<number> {
    if (performance.now() - this.lookedAt >= LOOK_EVERY_MS) {
      this.lookedAt = performance.now();
      await this.forgetOriginsOfDeleted();
    }
    const before = new Date(Date.now() - this.settings.audit.keptSeconds * 1000);
    const old = await this.events.find({
      select: { id: true },
      where: { at: LessThan(before) },
      order: { at: 'ASC' },
      take: PRUNE_BATCH,
    });
    if (old.length > 0) await this.events.delete({ id: In(old.map(({ id }) => id)) });
    return old.length;
  }

  /** Rows of an account that were written after `AuditService.forgetOrigins`, by a process that was late. */
  private async forgetOriginsOfDeleted(): Promise<void> {
    const deleted = await this.events.find({
      select: { userId: true },
      where: { event: 'user_deleted', at: MoreThan(new Date(Date.now() - LATE_MS)) },
    });
    for (const { userId } of deleted) {
      if (userId === null) continue;
      const late = { userId, address: Not(IsNull()) };
      await retryDeadlock(() => this.events.update(late, { address: null, userAgent: null }));
    }
  }
}
