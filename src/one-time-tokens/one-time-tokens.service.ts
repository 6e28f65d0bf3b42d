import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, MoreThan, MoreThanOrEqual, type Repository } from 'typeorm';
import { hashToken, newToken, readToken, TOKEN_BYTES } from '../crypto/opaque-token.js';
import { isForeignKeyViolation } from '../database/constraint-violation.js';
import { retryDeadlock } from '../database/retry.js';
import { AppError } from '../http/app-error.js';
import { OneTimeToken, type Purpose } from './one-time-token.entity.js';

/** How long a token can be used. */
export const LIFE_SECONDS: Readonly<Record<Purpose, number>> = {
  verify_email: 24 * 3600,
  reset_password: 30 * 60,
  change_email: 24 * 3600,
  // A person who lost the mailbox's mail to a thief reads it within a week.
  undo_email_change: 7 * 24 * 3600,
};

/** The account that a token is about, as it was read, and the address that the token speaks for. */
export interface TokenSubject {
  readonly userId: number;
  readonly email: string;
  readonly passwordVersion: number;
}

/** Of a token that opens nothing: see `OneTimeToken.userId`. */
const NOBODY = { userId: null, email: '', passwordVersion: null };

export interface IssuedToken {
  /** 43 characters of base64url. Nothing else knows it. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** What a live token speaks for. */
export interface LiveToken extends TokenSubject {
  readonly expiresAt: Date;
}

/** Owner of the `one_time_tokens` table. */
@Injectable()
export class OneTimeTokensService {
  constructor(@InjectRepository(OneTimeToken) private readonly tokens: Repository<OneTimeToken>) {}

  /** @param subject null if it is nobody: then the token opens nothing */
  async issue(purpose: Purpose, subject: TokenSubject | null): Promise<IssuedToken> {
    const token = newToken();
    const expiresAt = new Date(Date.now() + LIFE_SECONDS[purpose] * 1000);
    const row = { id: randomUUID(), purpose, tokenHash: hashToken(token), expiresAt };
    try {
      await this.tokens.insert({ ...row, ...(subject ? subjectOf(subject) : NOBODY) });
    } catch (error) {
      // The account was deleted meanwhile.
      if (!isForeignKeyViolation(error)) throw error;
      await this.tokens.insert({ ...row, ...NOBODY });
    }
    return { token: token.toString('base64url'), expiresAt };
  }

  /** What the token would speak for now. For a page that asks before it acts. */
  async find(purpose: Purpose, token: string): Promise<LiveToken | null> {
    const where = this.whereLive(purpose, token);
    const found = where && (await this.tokens.findOneBy(where));
    if (!found) return null;
    const { userId, email, passwordVersion, expiresAt } = found;
    return userId === null || passwordVersion === null ? null : { userId, email, passwordVersion, expiresAt };
  }

  /**
   * Uses the token up. Of several at once one succeeds: the UPDATE decides.
   * @throws AppError `invalid_link`, whatever is wrong with it
   */
  async consume(purpose: Purpose, token: string): Promise<LiveToken> {
    const found = await this.find(purpose, token);
    const where = this.whereLive(purpose, token);
    if (!found || !where) throw new AppError('invalid_link');
    const { affected } = await retryDeadlock(() => this.tokens.update(where, { usedAt: new Date() }));
    if (affected !== 1) throw new AppError('invalid_link');
    return found;
  }

  /** Those of an account that have not expired, used or not. */
  findOfUser(userId: number): Promise<OneTimeToken[]> {
    return this.tokens.find({ where: { userId, expiresAt: MoreThan(new Date()) }, order: { expiresAt: 'DESC' } });
  }

  /** For who used it up and could do nothing with it. */
  async giveBack(purpose: Purpose, token: string): Promise<void> {
    const bytes = readToken(token, TOKEN_BYTES);
    if (bytes)
      await retryDeadlock(() => this.tokens.update({ purpose, tokenHash: hashToken(bytes) }, { usedAt: null }));
  }

  /** Ends the user's tokens of these purposes: those in older mails open nothing any more. */
  async revoke(userId: number, ...purposes: Purpose[]): Promise<void> {
    for (const purpose of purposes) {
      const live = { userId, purpose, usedAt: IsNull() };
      await retryDeadlock(() => this.tokens.update(live, { usedAt: new Date() }));
    }
  }

  /** Ends those of one purpose that were issued with the one that expires then, or later. */
  async revokeSince(userId: number, purpose: Purpose, expiresAt: Date): Promise<void> {
    const since = { userId, purpose, usedAt: IsNull(), expiresAt: MoreThanOrEqual(expiresAt) };
    await retryDeadlock(() => this.tokens.update(since, { usedAt: new Date() }));
  }

  private whereLive(purpose: Purpose, token: string) {
    const bytes = readToken(token, TOKEN_BYTES);
    return bytes && { purpose, tokenHash: hashToken(bytes), usedAt: IsNull(), expiresAt: MoreThan(new Date()) };
  }
}

/** Without what else the caller knows of the owner. */
const subjectOf = ({ userId, email, passwordVersion }: TokenSubject) => ({ userId, email, passwordVersion });
