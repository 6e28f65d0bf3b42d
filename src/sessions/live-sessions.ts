import type { Repository, SelectQueryBuilder } from 'typeorm';
import type { Session } from './session.entity.js';

/**
 * The sessions that still open something: not ended, not expired, of an account that is not locked and still has the
 * password that the person logged in with. A session by which the password is changed is ahead of its account for a
 * moment: see `SessionsService.keepThroughChange`. Accounts that were deleted took their sessions with them.
 */
export function liveSessions(sessions: Repository<Session>): SelectQueryBuilder<Session> {
  return sessions
    .createQueryBuilder('session')
    .innerJoin('session.user', 'user')
    .where('session.endedAt IS NULL')
    .andWhere('session.expiresAt > :now', { now: new Date() })
    .andWhere('user.lockedAt IS NULL')
    .andWhere('user.passwordVersion <= session.passwordVersion');
}
