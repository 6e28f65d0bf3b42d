import type { Command } from 'commander';
import { toExportedAccount } from '../account/account-export.dto.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { User } from '../users/user.entity.js';
import { UsersModule } from '../users/users.module.js';
import { type AccountName, accountArgument, findAccount } from './account.argument.js';
import { toJson } from './output.js';
import { visible } from '../i18n/visible.js';
import { withServices } from './with-services.js';

export function addUsersShowCommand(program: Command): void {
  program
    .command('users:show')
    .description('show an account and how many sessions of it are live')
    .addArgument(accountArgument())
    .option('--json', 'for machines')
    .action((name: AccountName, { json }: { json?: true }) =>
      withServices([UsersModule, SessionsModule], async (services) => {
        const user = await findAccount(services, name);
        const liveSessions = await services.get(SessionsService, { strict: false }).countLive(user.id);
        return json
          ? toJson(Object.assign(toExportedAccount(user), { live_sessions: liveSessions }), 2)
          : describe(user, liveSessions);
      }),
    );
}

function describe(user: User, liveSessions: number): string {
  const lines = {
    id: String(user.id),
    email: visible(user.email),
    name: visible(user.name),
    role: user.role,
    verified: user.emailVerifiedAt?.toISOString() ?? 'no',
    locked: user.lockedAt?.toISOString() ?? 'no',
    language: user.language ?? 'none chosen',
    created: user.createdAt.toISOString(),
    changed: user.updatedAt.toISOString(),
    sessions: `${liveSessions} live`,
  };
  return Object.entries(lines)
    .map(([title, value]) => `${title.padEnd('sessions'.length)}  ${value}`)
    .join('\n');
}
