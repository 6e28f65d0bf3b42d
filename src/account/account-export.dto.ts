import { ApiProperty } from '@nestjs/swagger';
import type { AuditEvent } from '../audit/audit-event.entity.js';
import { type OneTimeToken, PURPOSES } from '../one-time-tokens/one-time-token.entity.js';
import type { Session } from '../sessions/session.entity.js';
import { ROLES, type User } from '../users/user.entity.js';
import type { ListedUser } from '../users/users.service.js';

export class ExportedAccount {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ example: 'Ana' })
  name!: string;

  @ApiProperty({ example: 'ana@example.com' })
  email!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  email_verified_at!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'id' })
  language!: string | null;

  @ApiProperty({ enum: ROLES })
  role!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'While an operator keeps it closed.' })
  locked_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class ExportedSession {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['api_client', 'browser', 'remembered_browser'] })
  kind!: string;

  @ApiProperty({ example: 'Mozilla/5.0 …' })
  user_agent!: string;

  @ApiProperty({ example: '203.0.113.7' })
  address!: string;

  @ApiProperty({ format: 'date-time' })
  started_at!: string;

  @ApiProperty({ format: 'date-time' })
  last_seen_at!: string;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  ended_at!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'logged_out' })
  end_reason!: string | null;
}

export class ExportedLink {
  @ApiProperty({ enum: PURPOSES })
  purpose!: string;

  @ApiProperty({ example: 'ana@example.org', description: 'The address that it was mailed to.' })
  email!: string;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  used_at!: string | null;
}

export class ExportedEvent {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ example: 'authn_login_success' })
  event!: string;

  @ApiProperty({ type: String, nullable: true })
  detail!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  session_id!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Mozilla/5.0 …' })
  user_agent!: string | null;
}

export class AccountExport {
  @ApiProperty({ type: ExportedAccount })
  account!: ExportedAccount;

  @ApiProperty({ type: [ExportedSession], description: 'Also those that ended within a week; the newest first.' })
  sessions!: ExportedSession[];

  @ApiProperty({ type: [ExportedLink], description: 'Of the mails with links that have not expired.' })
  mailed_links!: ExportedLink[];

  @ApiProperty({ type: [ExportedEvent], description: 'The newest first, at most 10,000.' })
  security_events!: ExportedEvent[];
}

/** What is kept of a person beside the account. */
interface Kept {
  readonly sessions: readonly Session[];
  readonly links: readonly OneTimeToken[];
  readonly events: readonly AuditEvent[];
}

/** Every field that leaves: no hash is among them. */
export function toAccountExport(user: User, { sessions, links, events }: Kept): AccountExport {
  return {
    account: toExportedAccount(user),
    sessions: sessions.map(toExportedSession),
    mailed_links: links.map(toExportedLink),
    security_events: events.map(toExportedEvent),
  };
}

export function toExportedAccount(user: ListedUser): ExportedAccount {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    email_verified_at: user.emailVerifiedAt?.toISOString() ?? null,
    language: user.language,
    role: user.role,
    locked_at: user.lockedAt?.toISOString() ?? null,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}

function toExportedSession(session: Session): ExportedSession {
  return {
    id: session.id,
    kind: session.kind,
    user_agent: session.userAgent,
    address: session.address,
    started_at: session.startedAt.toISOString(),
    last_seen_at: session.lastSeenAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
    ended_at: session.endedAt?.toISOString() ?? null,
    end_reason: session.endReason,
  };
}

function toExportedLink({ purpose, email, expiresAt, usedAt }: OneTimeToken): ExportedLink {
  return { purpose, email, expires_at: expiresAt.toISOString(), used_at: usedAt?.toISOString() ?? null };
}

function toExportedEvent({ at, event, detail, sessionId, address, userAgent }: AuditEvent): ExportedEvent {
  return { at: at.toISOString(), event, detail, session_id: sessionId, address, user_agent: userAgent };
}
