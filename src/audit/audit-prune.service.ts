import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, type Repository } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { BackgroundPruning, PRUNE_BATCH } from '../database/background-pruning.js';
import { AuditEvent } from './audit-event.entity.js';

/** Deletes events that were kept for as long as `AUDIT_KEPT` says: addresses are personal data. */
@Injectable()
export class AuditPruneService extends BackgroundPruning {
  constructor(
    @InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    super();
  }

  async prune(): Promise<number> {
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
}
