import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, In, IsNull, MoreThan, type Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { retryDeadlock } from '../database/retry.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { type EndReason, Session } from './session.entity.js';

/** More devices than anyone has, and more than anyone looks through. */
export const LIVE_MAX = 100;

/** What is told of a session that is over. */
type EndedSession = Pick<Session, 'id' | 'userId'>;

/** Ends sessions, and tells of each. */
@Injectable()
export class SessionEndings {
  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly audit: AuditService,
  ) {}

  /** A client that logs in for every request must not fill the table: the sessions that were used least make room. */
  async endBeyondLimit(userId: number, origin: RequestOrigin): Promise<void> {
    const live = { userId, endedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    const beyond = await this.sessions.find({
      select: { id: true, userId: true },
      where: live,
      order: { lastSeenAt: 'DESC' },
      skip: LIVE_MAX,
      take: LIVE_MAX,
    });
    await this.endAll(beyond, 'limit_reached', origin);
  }

  /** Rows that are over already keep their reason. */
  async endWhere(which: FindOptionsWhere<Session>, reason: EndReason, origin?: RequestOrigin): Promise<number> {
    const live = { ...which, endedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    return this.endAll(await this.sessions.find({ select: { id: true, userId: true }, where: live }), reason, origin);
  }

  /** By the primary key, in its order: MySQL would lock the live sessions of everybody for a range of `expires_at`. */
  private async endAll(sessions: readonly EndedSession[], reason: EndReason, origin?: RequestOrigin): Promise<number> {
    if (sessions.length === 0) return 0;
    const now = new Date();
    const ids = sessions.map(({ id }) => id).sort();
    const { affected } = await retryDeadlock(() =>
      this.sessions.update({ id: In(ids), endedAt: IsNull() }, { endedAt: now, endReason: reason, expiresAt: now }),
    );
    // Of none if somebody else has ended them meanwhile, and told of it.
    for (const { id: sessionId, userId } of affected ? sessions : []) {
      this.audit.record('session_expired', { origin, userId, sessionId, detail: reason });
    }
    return affected ?? 0;
  }
}
