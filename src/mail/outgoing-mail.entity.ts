import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const ASCII = { charset: 'ascii', collation: 'ascii_bin' };
const INSTANT = { type: 'datetime', precision: 3 } as const;

/** A mail that has to be sent. The row goes when the mail has gone. */
@Entity('outgoing_mails')
export class OutgoingMail {
  /** A random UUID, and the left half of the mail's Message-ID: a second copy is the same mail to who reads it. */
  @PrimaryColumn({ type: 'varchar', length: 36, ...ASCII })
  id!: string;

  /** A `Mail` as JSON, sealed for this id: it holds an address, and a link that opens something. */
  @Column({ name: 'sealed_mail', type: 'text', ...ASCII })
  sealedMail!: string;

  /** Those that were begun. */
  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  /** Nobody sends it before. Whoever begins to puts it off first, so that no other does at the same time. */
  @Index('outgoing_mails_due_at')
  @Column({ name: 'due_at', ...INSTANT })
  dueAt!: Date;

  /** After this it would be of no use. */
  @Index('outgoing_mails_expires_at')
  @Column({ name: 'expires_at', ...INSTANT })
  expiresAt!: Date;
}
