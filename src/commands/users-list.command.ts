import { setImmediate } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { toExportedAccount } from '../account/account-export.dto.js';
import { type Role, ROLES } from '../users/user.entity.js';
import { UsersModule } from '../users/users.module.js';
import { type ListedUser, UsersService } from '../users/users.service.js';
import { toNumber } from './account.argument.js';
import { interruption } from './interruption.js';
import { print, toJson } from './output.js';
import { visible } from '../i18n/visible.js';
import { withServices } from './with-services.js';

/** Accounts that are in memory at once. */
const PAGE = 500;

const HEAD = row('ID', 'ROLE', 'VERIFIED', 'LOCKED', 'CREATED', 'EMAIL'.padEnd(30), 'NAME');

interface Options {
  readonly after: number;
  readonly limit: number;
  readonly locked?: true;
  readonly unverified?: true;
  readonly role?: Role;
  readonly json?: true;
}

export function addUsersListCommand(program: Command): void {
  program
    .command('users:list')
    .description('show all accounts in the order of their ids, or some of them')
    .addOption(new Option('--limit <count>', 'no more than so many').argParser(toNumber).default(Infinity, 'all'))
    .addOption(new Option('--after <id>', 'go on after this one').argParser(toNumber).default(0, 'from the first'))
    .option('--locked', 'only those that are locked')
    .option('--unverified', 'only those whose address is not verified')
    .addOption(new Option('--role <role>', 'only those of this role').choices(ROLES))
    .option('--json', 'for machines: one object a line')
    .action((options: Options) =>
      withServices([UsersModule], async (services) => {
        if (!options.json) await print(HEAD);
        const lineOf = options.json ? (user: ListedUser) => toJson(toExportedAccount(user)) : toRow;
        for await (const users of find(services.get(UsersService), options)) {
          // SQLite answers at once: without this no signal would come to its turn.
          await setImmediate();
          interruption.throwIfAborted();
          if (users.length > 0) await print(users.map(lineOf).join('\n'));
        }
        return undefined;
      }),
    );
}

/** Page by page, those that are wanted. */
async function* find(users: UsersService, options: Options): AsyncGenerator<ListedUser[]> {
  let { after, limit } = options;
  for (;;) {
    const page = await users.findAfter(after, PAGE);
    const wanted = page.filter((user) => isWanted(user, options)).slice(0, limit);
    yield wanted;
    limit -= wanted.length;
    const last = page.at(-1);
    if (page.length < PAGE || limit === 0 || !last) return;
    after = last.id;
  }
}

function isWanted(user: ListedUser, { locked, unverified, role }: Options): boolean {
  if (locked && user.lockedAt === null) return false;
  if (unverified && user.emailVerifiedAt !== null) return false;
  return role === undefined || user.role === role;
}

function toRow(user: ListedUser): string {
  const { id, role, emailVerifiedAt, lockedAt, createdAt, email, name } = user;
  return row(
    String(id),
    role,
    day(emailVerifiedAt),
    day(lockedAt),
    day(createdAt),
    visible(email).padEnd(30),
    visible(name),
  );
}

const day = (instant: Date | null) => instant?.toISOString().slice(0, 10) ?? '-';

/** Without knowing how wide the others are: the next page is not read yet. */
function row(id: string, role: string, verified: string, locked: string, created: string, ...texts: string[]): string {
  return [id.padEnd(10), role.padEnd(5), ...[verified, locked, created].map((at) => at.padEnd(10)), ...texts].join(
    '  ',
  );
}
