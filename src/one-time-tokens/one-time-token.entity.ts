import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

const ASCII = { charset: 'ascii', collation: 'ascii_bin' };
const INSTANT = { type: 'datetime', precision: 3 } as const;

/** What a token lets its bearer do, once. */
export const PURPOSES = ['verify_email', 'reset_password', 'change_email', 'undo_email_change'] as const;

export type Purpose = (typeof PURPOSES)[number];

/** A link in a mail. The mail holds the token; the row only its hash, so that reading the table lets nobody in. */
@Entity('one_time_tokens')
export class OneTimeToken {
  /** A random UUID. */
  @PrimaryColumn({ type: 'varchar', length: 36, ...ASCII })
  id!: string;

  /** Null if it was asked for with an address that is nobody's: making it takes as long, and it opens nothing. */
  @Index('one_time_tokens_user_id')
  @Column({ name: 'user_id', type: 'integer', nullable: true })
  userId!: number | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'RESTRICT' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'one_time_tokens_user' })
  user?: User;

  @Column({ type: 'varchar', length: 20, ...ASCII })
  purpose!: Purpose;

  @Index('one_time_tokens_token_hash', { unique: true })
  @Column({ name: 'token_hash', type: 'varchar', length: 43, ...ASCII })
  tokenHash!: string;

  /** The address it is about. It speaks for no other, whatever was asked for meanwhile (CVE-2026-32700). */
  @Column({ type: 'varchar', length: 150, collation: 'utf8mb4_bin' })
  email!: string;

  /** Of the account as it was read when the token was asked for; null without one. */
  @Column({ name: 'password_version', type: 'integer', nullable: true })
  passwordVersion!: number | null;

  @Index('one_time_tokens_expires_at')
  @Column({ name: 'expires_at', ...INSTANT })
  expiresAt!: Date;

  @Column({ name: 'used_at', ...INSTANT, nullable: true })
  usedAt!: Date | null;
}
