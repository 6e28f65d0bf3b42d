import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { derivedKey } from '../crypto/derived-key.js';
import { retryDeadlock } from '../database/retry.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { refreshReuse } from '../monitoring/metrics.js';
import { deviceOf } from './device.js';
import { liveSessions } from './live-sessions.js';
import { newRefreshToken, type PresentedToken, readRefreshToken, successor } from './refresh-token.js';
import { judge, rotatedSecretsAfter } from './rotation.js';
import { Session } from './session.entity.js';
import { type SessionOwner, SessionsService } from './sessions.service.js';

/** A session and the refresh token that keeps it alive. */
export interface Grant {
  readonly session: Pick<Session, 'id' | 'userId' | 'expiresAt'>;
  readonly refreshToken: string;
}

/** Sessions of API clients: they live on refresh tokens, each good for one use and a moment more. */
@Injectable()
export class RefreshService {
  private readonly successorKey: KeyObject;
  private readonly previousSuccessorKey: KeyObject | undefined;

  constructor(
    private readonly sessions: SessionsService,
    @InjectRepository(Session) private readonly rows: Repository<Session>,
    private readonly audit: AuditService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const { current, previous } = settings.secrets;
    this.successorKey = derivedKey(current, 'refresh token');
    this.previousSuccessorKey = previous && derivedKey(previous, 'refresh token');
  }

  async start(owner: SessionOwner, origin: RequestOrigin): Promise<Grant> {
    const { text, handleHash, secretHash } = newRefreshToken();
    const hashes = { handleHash, refreshSecretHash: secretHash };
    const session = await this.sessions.start(owner, origin, { kind: 'api_client', ...hashes });
    return { session, refreshToken: text };
  }

  /**
   * Whoever comes with the same token within the grace time gets the same successor.
   * @throws AppError `invalid_refresh_token`; `refresh_token_reused`, and the session is over
   */
  async refresh(refreshToken: string, origin: RequestOrigin): Promise<Grant> {
    const presented = readRefreshToken(refreshToken);
    const session = presented && (await this.findLive(presented));
    if (!session) throw new AppError('invalid_refresh_token');
    const verdict = judge(session, presented.secretHash, Date.now(), this.settings.sessions.refreshGraceSeconds);
    if (verdict === 'reused') return this.refuseReused(session, origin);
    if (verdict === 'rotated_just_now') return this.repeat(session, presented);
    // Null if somebody was quicker: then the token is one that was rotated just now.
    return (await this.rotate(session, presented, origin)) ?? this.refresh(refreshToken, origin);
  }

  private findLive({ handleHash }: PresentedToken): Promise<Session | null> {
    return liveSessions(this.rows)
      .andWhere('session.handleHash = :handleHash', { handleHash })
      .andWhere("session.kind = 'api_client'")
      .getOne();
  }

  /** One write, which only one of several can make: a process that dies leaves the old token usable or the new one. */
  private async rotate(session: Session, { handle }: PresentedToken, origin: RequestOrigin): Promise<Grant | null> {
    const now = new Date();
    const rotation = session.rotation + 1;
    const token = successor(handle, rotation, this.successorKey);
    const { id, userId } = session;
    const expiresAt = this.sessions.expiryOf(session, now);
    const changes = {
      ...deviceOf(origin),
      rotation,
      refreshSecretHash: token.secretHash,
      rotatedSecrets: rotatedSecretsAfter(session, now.getTime(), this.settings.sessions.refreshGraceSeconds),
      lastSeenAt: now,
      expiresAt,
    };
    const { affected } = await retryDeadlock(() =>
      this.rows.update({ id, rotation: session.rotation, endedAt: IsNull() }, changes),
    );
    return affected === 1 ? { session: { id, userId, expiresAt }, refreshToken: token.text } : null;
  }

  /** The newest token of the session, which the presented one became a moment ago. */
  private repeat(session: Session, { handle }: PresentedToken): Grant {
    const keys = [this.successorKey, ...(this.previousSuccessorKey ? [this.previousSuccessorKey] : [])];
    const newest = keys
      .map((key) => successor(handle, session.rotation, key))
      .find(({ secretHash }) => secretHash === session.refreshSecretHash);
    // Rotated a moment ago by a process with a SECRET_KEY that this one does not have yet.
    if (!newest) throw new AppError('service_unavailable');
    return { session, refreshToken: newest.text };
  }

  /** Thief and owner cannot be told apart: the session ends for both (RFC 9700, section 4.14.2). */
  private async refuseReused({ id, userId }: Session, origin: RequestOrigin): Promise<never> {
    refreshReuse.inc();
    this.audit.record('authn_token_reuse', { origin, userId, sessionId: id });
    await this.sessions.end(id, userId, 'refresh_token_reused', origin);
    throw new AppError('refresh_token_reused');
  }
}
