import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';
import type { RotatedSecret } from './rotation.js';

const ASCII = { charset: 'ascii', collation: 'ascii_bin' };
const INSTANT = { type: 'datetime', precision: 3 } as const;

export type EndReason =
  | 'logged_out'
  | 'replaced'
  | 'refresh_token_reused'
  | 'limit_reached'
  | 'password_changed'
  | 'password_reset'
  | 'email_change_undone'
  | 'account_locked';

/**
 * - `api_client`: lives on refresh tokens;
 * - `browser`: its cookie goes when the browser is closed, and the session soon after;
 * - `remembered_browser`: "Remember me" was ticked.
 */
export type SessionKind = 'api_client' | 'browser' | 'remembered_browser';

/** One device on which a person is logged in: an API client or a browser. */
@Entity('sessions')
@Index('sessions_user_id_expires_at', ['userId', 'expiresAt'])
export class Session {
  /** A random UUID; the `sid` claim of access tokens. */
  @PrimaryColumn({ type: 'varchar', length: 36, ...ASCII })
  id!: string;

  @Column({ name: 'user_id', type: 'integer' })
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'sessions_user' })
  user!: User;

  /** The user's when the person logged in, or changed the password by this session: see `User.passwordVersion`. */
  @Column({ name: 'password_version', type: 'integer' })
  passwordVersion!: number;

  @Column({ type: 'varchar', length: 20, ...ASCII })
  kind!: SessionKind;

  /** SHA-256 of the handle, by which the session is found: see `refresh-token.ts`. */
  @Index('sessions_handle_hash', { unique: true })
  @Column({ name: 'handle_hash', type: 'varchar', length: 43, ...ASCII })
  handleHash!: string;

  /** SHA-256 of the secret that the newest refresh token holds; a browser has none. */
  @Column({ name: 'refresh_secret_hash', type: 'varchar', length: 43, nullable: true, ...ASCII })
  refreshSecretHash!: string | null;

  /** How often the refresh token was rotated. */
  @Column({ type: 'integer', default: 0 })
  rotation!: number;

  /** The secrets that were rotated within the grace time. */
  @Column({ name: 'rotated_secrets', type: 'simple-json', nullable: true, ...ASCII })
  rotatedSecrets!: RotatedSecret[] | null;

  @Column({ name: 'user_agent', type: 'varchar', length: 255, collation: 'utf8mb4_bin' })
  userAgent!: string;

  @Column({ type: 'varchar', length: 45, ...ASCII })
  address!: string;

  @Column({ name: 'started_at', ...INSTANT })
  startedAt!: Date;

  /** When tokens were last refreshed or, about, a page was last opened; not every request. */
  @Column({ name: 'last_seen_at', ...INSTANT })
  lastSeenAt!: Date;

  @Index('sessions_expires_at')
  @Column({ name: 'expires_at', ...INSTANT })
  expiresAt!: Date;

  @Column({ name: 'ended_at', ...INSTANT, nullable: true })
  endedAt!: Date | null;

  @Column({ name: 'end_reason', type: 'varchar', length: 32, nullable: true, ...ASCII })
  endReason!: EndReason | null;
}
