import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import { CANONICAL_MAX } from './email-address.js';

/** Collations disagree between engines; binary ones agree (see docs/decisions/0005). SQLite compares bytes by itself. */
const BINARY = { collation: 'utf8mb4_bin' };

const LANGUAGE_MAX = 10;
const ROLE_MAX = 20;

/** What a person is to the services behind. Kunci itself treats all alike. */
export const ROLES = ['user', 'admin'] as const;

export type Role = (typeof ROLES)[number];

@Entity('users')
export class User {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 150, ...BINARY })
  name!: string;

  /** As the person wrote it, without blanks around it: mail goes here. */
  @Column({ type: 'varchar', length: 150, ...BINARY })
  email!: string;

  /** What makes two addresses the same: see `canonicalEmail`. */
  @Index('users_email_canonical', { unique: true })
  @Column({ name: 'email_canonical', type: 'varchar', length: CANONICAL_MAX, ...BINARY })
  emailCanonical!: string;

  @Column({ name: 'password_hash', type: 'varchar', length: 255, ...BINARY })
  passwordHash!: string;

  /** When its owner showed that mail to the address reaches them; for another address they show it anew. */
  @Column({ name: 'email_verified_at', type: 'datetime', precision: 3, nullable: true })
  emailVerifiedAt!: Date | null;

  /** A code of BCP 47 that the person chose; null for what the browser or client asks for. */
  @Column({ type: 'varchar', length: LANGUAGE_MAX, nullable: true, charset: 'ascii', collation: 'ascii_bin' })
  language!: string | null;

  /** Goes up with every new password, in the same UPDATE: sessions of an older one are over. */
  @Column({ name: 'password_version', type: 'integer', default: 1 })
  passwordVersion!: number;

  /** Since when nobody can use the account: no login, and while it is set none of its sessions opens anything. */
  @Column({ name: 'locked_at', type: 'datetime', precision: 3, nullable: true })
  lockedAt!: Date | null;

  @Column({ type: 'varchar', length: ROLE_MAX, default: 'user', charset: 'ascii', collation: 'ascii_bin' })
  role!: Role;

  @CreateDateColumn({ name: 'created_at', type: 'datetime' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'datetime' })
  updatedAt!: Date;
}
