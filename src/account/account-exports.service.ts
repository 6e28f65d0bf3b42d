import { Injectable } from '@nestjs/common';
import { type AuditFields, AuditService } from '../audit/audit.service.js';
import { OneTimeTokensService } from '../one-time-tokens/one-time-tokens.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { User } from '../users/user.entity.js';
import { type AccountExport, toAccountExport } from './account-export.dto.js';

/** More than anyone has, and what one answer can hold. */
const EXPORTED_MAX = { sessions: 1_000, events: 10_000 };

/** Everything that is kept of a person, but what would let somebody in. */
@Injectable()
export class AccountExports {
  constructor(
    private readonly sessions: SessionsService,
    private readonly tokens: OneTimeTokensService,
    private readonly audit: AuditService,
  ) {}

  /** @param by who took it, for the audit trail */
  async export(user: User, by: Pick<AuditFields, 'origin' | 'detail'>): Promise<AccountExport> {
    const { id: userId } = user;
    const sessions = await this.sessions.findEvery(userId, EXPORTED_MAX.sessions);
    const links = await this.tokens.findOfUser(userId);
    const events = await this.audit.findOfUser(userId, EXPORTED_MAX.events);
    this.audit.record('sensitive_read', { userId, ...by });
    return toAccountExport(user, { sessions, links, events });
  }
}
