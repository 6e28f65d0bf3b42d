import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import DataLoader from 'dataloader';
import { IsNull, LessThan, Not, type Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { isForeignKeyViolation } from '../database/constraint-violation.js';
import { retryDeadlock, retryRead } from '../database/retry.js';
import { AppError } from '../http/app-error.js';
import { clientKey } from '../http/client-key.js';
import type { RequestOrigin } from '../http/request-origin.js';
import type { User } from '../users/user.entity.js';
import type { Account } from '../users/users.service.js';
import { deviceOf } from './device.js';
import { liveSessions } from './live-sessions.js';
import { type EndReason, Session } from './session.entity.js';
import { LIVE_MAX, SessionEndings } from './session-endings.js';

/** Whom the access guard let in, and by which session. */
export interface SignedIn extends Account {
  readonly sessionId: string;
}

/** Somebody who is logged in, to whom it only matters who it is and by which session. */
export type Who = Pick<SignedIn, 'id' | 'sessionId'>;

/** Read together with the password's hash: if the password changes before the session starts, it starts dead. */
export type SessionOwner = Pick<User, 'id' | 'passwordVersion'>;

/** A new session, and the hashes by which its tokens are known. */
export type NewSession = Pick<Session, 'kind' | 'handleHash' | 'refreshSecretHash'>;

/** A browser that was not told to remember may stay open for days, on a machine that others use too. */
const BROWSER_IDLE_SECONDS = 12 * 3600;

const ACCOUNT = ['id', 'name', 'email', 'language', 'role'] as const satisfies (keyof Account)[];

/** Starts, finds, lists and ends sessions. What a refresh does is in `refresh.service.ts`. */
@Injectable()
export class SessionsService {
  /**
   * Gathers the look-ups of one turn of the event loop into one query. Nothing is kept: every request sees session and
   * account as they are now. `setImmediate`, because dataloader's own schedule gathers nothing across requests
   * (docs/decisions/0006).
   */
  private readonly signedIn = new DataLoader((ids: readonly string[]) => this.loadMany(ids), {
    cache: false,
    batchScheduleFn: (run) => setImmediate(run),
  });

  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly endings: SessionEndings,
    private readonly audit: AuditService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async start(owner: SessionOwner, origin: RequestOrigin, fields: NewSession): Promise<Session> {
    const now = new Date();
    const session = this.sessions.create({
      ...fields,
      ...deviceOf(origin),
      id: randomUUID(),
      userId: owner.id,
      passwordVersion: owner.passwordVersion,
      startedAt: now,
      lastSeenAt: now,
    });
    session.expiresAt = this.expiryOf(session, now);
    await this.insert(session);
    this.audit.record('session_created', { origin, userId: owner.id, sessionId: session.id, detail: session.kind });
    await this.endings.endBeyondLimit(owner.id, origin);
    return session;
  }

  /** Asked for every guarded request. @returns null if the session is over, whatever the reason */
  findSignedIn(sessionId: string): Promise<SignedIn | null> {
    return this.signedIn.load(sessionId);
  }

  /** The live session of a browser, with its user. */
  findByHandle(handleHash: string): Promise<Session | null> {
    return liveSessions(this.sessions)
      .addSelect(ACCOUNT.map((field) => `user.${field}`))
      .andWhere('session.handleHash = :handleHash', { handleHash })
      .andWhere("session.kind <> 'api_client'")
      .getOne();
  }

  /** Puts the idle end of a session off. @returns when it ends now */
  async renew(session: Session, origin: RequestOrigin): Promise<Date> {
    const now = new Date();
    const expiresAt = this.expiryOf(session, now);
    await this.sessions.update(
      { id: session.id, endedAt: IsNull() },
      { ...deviceOf(origin), lastSeenAt: now, expiresAt },
    );
    return expiresAt;
  }

  /** The live sessions of a user, the last seen first. */
  list(userId: number): Promise<Session[]> {
    return liveSessions(this.sessions)
      .andWhere('session.userId = :userId', { userId })
      .orderBy('session.lastSeenAt', 'DESC')
      .limit(LIVE_MAX)
      .getMany();
  }

  countLive(userId: number): Promise<number> {
    return liveSessions(this.sessions).andWhere('session.userId = :userId', { userId }).getCount();
  }

  /** Whether a session of the user, live or over for less than a week, was last used from there. */
  async hasUsedAddress(userId: number, address: string): Promise<boolean> {
    const known = await this.sessions.find({
      select: { id: true, address: true },
      where: { userId },
      order: { expiresAt: 'DESC' },
      take: 2 * LIVE_MAX,
    });
    const key = clientKey(address);
    return address !== '' && known.some((session) => clientKey(session.address) === key);
  }

  /** @returns whether there was one to end: nobody ends the session of another user */
  async end(id: string, userId: number, reason: EndReason, origin: RequestOrigin): Promise<boolean> {
    return isUUID(id) && (await this.endings.endWhere({ id, userId }, reason, origin)) > 0;
  }

  /** All of a user's but one. @returns how many */
  endOthers(id: string, userId: number, origin: RequestOrigin, reason: EndReason = 'logged_out'): Promise<number> {
    return this.endings.endWhere({ id: Not(id), userId }, reason, origin);
  }

  /** @returns how many */
  endEvery(userId: number, reason: EndReason, origin?: RequestOrigin): Promise<number> {
    return this.endings.endWhere({ userId }, reason, origin);
  }

  /**
   * Lets a session go on with the next password, before the account has it: at no moment is it over.
   * @param passwordVersion of the account up to which it holds from now on; never lowered
   */
  async keepThroughChange(id: string, passwordVersion: number): Promise<void> {
    const behind = { id, passwordVersion: LessThan(passwordVersion) };
    await retryDeadlock(() => this.sessions.update(behind, { passwordVersion }));
  }

  /** All that is known of a user's sessions, over or not; the newest first. */
  findEvery(userId: number, atMost: number): Promise<Session[]> {
    return this.sessions.find({ where: { userId }, order: { startedAt: 'DESC' }, take: atMost });
  }

  /** When a session ends that is used at this moment: idle for too long after it, or too old in any case. */
  expiryOf({ kind, startedAt }: Pick<Session, 'kind' | 'startedAt'>, now: Date): Date {
    const { idleSeconds, absoluteSeconds } = this.settings.sessions;
    const idle = kind === 'browser' ? Math.min(idleSeconds, BROWSER_IDLE_SECONDS) : idleSeconds;
    return new Date(Math.min(now.getTime() + idle * 1000, startedAt.getTime() + absoluteSeconds * 1000));
  }

  /** @throws AppError `invalid_credentials` if the account was deleted while its password was being checked */
  private async insert(session: Session): Promise<void> {
    try {
      await this.sessions.insert(session);
    } catch (error) {
      if (isForeignKeyViolation(error)) throw new AppError('invalid_credentials', { cause: error });
      throw error;
    }
  }

  /** Rows, not entities: making entities of them would cost a guarded request more than the query does. */
  private async loadMany(ids: readonly string[]): Promise<(SignedIn | null)[]> {
    const query = liveSessions(this.sessions)
      .select(['session.id AS "sessionId"', ...ACCOUNT.map((field) => `user.${field} AS ${field}`)])
      .andWhere('session.id IN (:...ids)', { ids: [...new Set(ids)] });
    const found = await retryRead(() => query.getRawMany<SignedIn>());
    const bySession = new Map(found.map((row) => [row.sessionId, row]));
    return ids.map((id) => bySession.get(id) ?? null);
  }
}
