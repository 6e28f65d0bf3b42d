import { ApiProperty } from '@nestjs/swagger';
import type { Session } from './session.entity.js';

export class SessionInfo {
  @ApiProperty({ format: 'uuid', description: 'The `sid` claim of its access tokens.' })
  id!: string;

  @ApiProperty({ description: 'Of the login or the last refresh, at most 255 characters.', example: 'Mozilla/5.0 …' })
  user_agent!: string;

  @ApiProperty({ description: 'IP address of the login or the last refresh.', example: '203.0.113.7' })
  address!: string;

  @ApiProperty({ format: 'date-time' })
  started_at!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was last refreshed.' })
  last_seen_at!: string;

  @ApiProperty({ format: 'date-time', description: 'Unless it is refreshed before.' })
  expires_at!: string;

  @ApiProperty({ description: 'Whether it is the session of this request.' })
  current!: boolean;
}

export class SessionList {
  @ApiProperty({ type: [SessionInfo], description: 'The last seen first, at most 100.' })
  sessions!: SessionInfo[];
}

export class EndedSessions {
  @ApiProperty({ description: 'How many sessions this ended.', example: 1 })
  ended!: number;
}

export function toSessionInfo(session: Session, currentId: string): SessionInfo {
  return {
    id: session.id,
    user_agent: session.userAgent,
    address: session.address,
    started_at: session.startedAt.toISOString(),
    last_seen_at: session.lastSeenAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
    current: session.id === currentId,
  };
}
