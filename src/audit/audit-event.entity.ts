import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AuditEventName } from './audit-events.js';

const ASCII = { charset: 'ascii', collation: 'ascii_bin' };

/** Something that someone who looks into an incident wants to know. Ids are plain: history outlives accounts. */
@Entity('audit_events')
@Index('audit_events_user_id_at', ['userId', 'at'])
export class AuditEvent {
  /** A random UUID, made before the row is: a batch that is written again makes no second row. */
  @PrimaryColumn({ type: 'varchar', length: 36, ...ASCII })
  id!: string;

  @Index('audit_events_at')
  @Column({ type: 'datetime', precision: 3 })
  at!: Date;

  @Column({ type: 'varchar', length: 40, ...ASCII })
  event!: AuditEventName;

  @Column({ name: 'user_id', type: 'integer', nullable: true })
  userId!: number | null;

  @Column({ name: 'session_id', type: 'varchar', length: 36, nullable: true, ...ASCII })
  sessionId!: string | null;

  /** Of the client. */
  @Column({ type: 'varchar', length: 45, nullable: true, ...ASCII })
  address!: string | null;

  @Column({ name: 'user_agent', type: 'varchar', length: 255, nullable: true, collation: 'utf8mb4_bin' })
  userAgent!: string | null;

  /** The `X-Request-Id` of the answer. */
  @Column({ name: 'request_id', type: 'varchar', length: 36, nullable: true, ...ASCII })
  requestId!: string | null;

  /** Words of ours, never what people typed. */
  @Column({ type: 'varchar', length: 100, nullable: true, ...ASCII })
  detail!: string | null;
}
