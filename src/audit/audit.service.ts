import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { retryDeadlock } from '../database/retry.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { auditDropped, securityEvents } from '../monitoring/metrics.js';
import { AuditEvent } from './audit-event.entity.js';
import { AUDIT_EVENTS, type AuditEventName } from './audit-events.js';
import { AuditQueue } from './audit-queue.js';

/** The levels of the vocabulary, in those of the log. */
const LOGGED_AS = { INFO: 'log', WARN: 'warn', CRITICAL: 'error' } as const;

const DETAIL_MAX = 100;

/** A deploy waits no longer for a database that is away. */
const CLOSE_DEADLINE_MS = 1_500;

const WARN_EVERY_MS = 60_000;

/** What is known of an event beside its name and time. */
export interface AuditFields {
  /** Undefined if no request caused it. */
  readonly origin?: RequestOrigin | undefined;
  readonly userId?: number;
  readonly sessionId?: string;
  /** Words of ours, never what people typed. */
  readonly detail?: string | undefined;
}

/**
 * Tells of what happened in three ways: a line in the log at once, a metric, and a row of `audit_events` soon after. The
 * caller neither waits nor fails: a killed process or a full queue loses rows, which the log and the metric still have.
 */
@Injectable()
export class AuditService implements OnApplicationShutdown {
  private readonly logger = new Logger(AuditService.name);
  private readonly queue = new AuditQueue<AuditEvent>((rows) => this.insert(rows));
  private dropped = 0;
  private warnedAt = -Infinity;

  constructor(@InjectRepository(AuditEvent) private readonly rows: Repository<AuditEvent>) {}

  record(event: AuditEventName, { origin, userId, sessionId, detail }: AuditFields = {}): void {
    const { address: ip, userAgent, requestId } = origin ?? {};
    const level = AUDIT_EVENTS[event];
    this.logger[LOGGED_AS[level]]({
      msg: 'security event',
      event,
      userId,
      sessionId,
      ip,
      userAgent,
      requestId,
      detail,
    });
    securityEvents.inc({ event });
    const isQueued = this.queue.add({
      id: randomUUID(),
      at: new Date(),
      event,
      userId: userId ?? null,
      sessionId: sessionId ?? null,
      address: ip ?? null,
      userAgent: userAgent ?? null,
      requestId: requestId ?? null,
      detail: detail?.slice(0, DETAIL_MAX) ?? null,
    });
    if (!isQueued) this.drop(1);
  }

  /** What happened to an account; the newest first. */
  findOfUser(userId: number, atMost: number): Promise<AuditEvent[]> {
    return this.rows.find({ where: { userId }, order: { at: 'DESC' }, take: atMost });
  }

  /** @returns those of the ids that something is told of, also of accounts that are gone */
  async findMentioned(userIds: readonly number[]): Promise<number[]> {
    if (userIds.length === 0) return [];
    const mentioned = this.rows.createQueryBuilder('event').select('event.userId', 'id').distinct();
    const rows = await mentioned.where({ userId: In(userIds) }).getRawMany<{ id: number }>();
    return rows.map(({ id }) => id);
  }

  /**
   * Of an account that was deleted: what happened stays, where from does not. Rows that another process has not written
   * yet follow: see `AuditPruneService`.
   */
  async forgetOrigins(userId: number): Promise<void> {
    const nowhere = { address: null, userAgent: null };
    await this.queue.change((row) => {
      if (row.userId === userId) Object.assign(row, nowhere);
    });
    await retryDeadlock(() => this.rows.update({ userId }, nowhere));
  }

  /**
   * Takes no more events and writes those that wait, unless the database is away.
   * @returns how many are missing in the table
   */
  close(deadlineMs: number): Promise<number> {
    return this.queue.close(deadlineMs);
  }

  /** Before the database closes: modules end in the reverse order of their start. */
  async onApplicationShutdown(): Promise<void> {
    const lost = await this.close(CLOSE_DEADLINE_MS);
    if (lost > 0) this.drop(lost);
  }

  /** A batch that failed may have been written all the same: by its ids it is not written twice. */
  private async insert(rows: AuditEvent[]): Promise<void> {
    try {
      await this.rows.createQueryBuilder().insert().values(rows).orIgnore().updateEntity(false).execute();
    } catch (error) {
      this.warn(`Security events wait, because they cannot be written: ${(error as Error).name}`);
      throw error;
    }
  }

  private drop(count: number): void {
    auditDropped.inc(count);
    this.dropped += count;
    this.warn('Security events are missing in the table audit_events. They are in the log.');
  }

  /** A database that is away must not fill the log as well. */
  private warn(msg: string): void {
    if (Date.now() - this.warnedAt < WARN_EVERY_MS) return;
    this.warnedAt = Date.now();
    this.logger.warn({ msg, dropped: this.dropped });
  }
}
