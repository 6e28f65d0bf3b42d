import { Argument, type Command } from 'commander';
import { AccountControl } from '../account/account-control.service.js';
import { toExportedAccount } from '../account/account-export.dto.js';
import { OperatorError } from '../http/operator-error.js';
import { OperatorsModule } from '../account/operators.module.js';
import type { CountersReach } from '../limits/counters.service.js';
import { type Role, ROLES, type User } from '../users/user.entity.js';
import { type AccountName, accountArgument, findAccount, nameOf } from './account.argument.js';
import { print, toJson } from './output.js';
import { type Services, withServices } from './with-services.js';

interface Options {
  readonly json?: true;
}

const FORGOTTEN: Readonly<Record<CountersReach, string>> = {
  all_processes: ' Failed logins are forgotten.',
  this_process: ' Failed logins are counted in the memory of the server: it forgets them when it is started again.',
  store_is_away: '',
};

const NOT_FORGOTTEN = 'Failed logins could not be forgotten: where they are counted does not answer. Try again.';

export function addUsersChangeCommands(program: Command): void {
  program
    .command('users:lock')
    .description('let nobody into an account, and end every session of it')
    .addArgument(accountArgument())
    .option('--json', 'for machines')
    .action((name: AccountName, options: Options) => change(name, options, lock));
  program
    .command('users:unlock')
    .description('let people into an account again, and forget failed logins; its old sessions stay over')
    .addArgument(accountArgument())
    .option('--json', 'for machines')
    .action((name: AccountName, options: Options) => change(name, options, unlock));
  program
    .command('users:set-role')
    .description('say what an account is to the services behind, which learn of it by introspection')
    .addArgument(accountArgument())
    .addArgument(new Argument('<role>', 'the new one').choices(ROLES))
    .option('--json', 'for machines')
    .action((name: AccountName, role: Role, options: Options) =>
      change(name, options, (control, user) => setRole(control, user, role)),
    );
}

/** What came of it, for a person and, in members of its own, for a machine. */
interface Outcome {
  readonly text: string;
  readonly members?: object;
  /** What could not be done. */
  readonly fault?: string;
}

function change(
  name: AccountName,
  { json }: Options,
  make: (control: AccountControl, user: User) => Promise<Outcome>,
): Promise<void> {
  return withServices([OperatorsModule], async (services: Services) => {
    const user = await findAccount(services, name);
    const { text, members, fault } = await make(services.get(AccountControl), user);
    const account = toExportedAccount(await findAccount(services, { id: user.id }));
    const report = json ? toJson(Object.assign(account, members)) : `${nameOf(user)} ${text}`;
    if (fault === undefined) return report;
    await print(report);
    throw new OperatorError(fault);
  });
}

async function lock(control: AccountControl, user: User): Promise<Outcome> {
  const { isChanged, ended } = await control.lock(user);
  const text = `${isChanged ? 'is locked' : 'is locked already'}. Sessions that were ended: ${ended}.`;
  return { text, members: { ended_sessions: ended } };
}

async function unlock(control: AccountControl, user: User): Promise<Outcome> {
  const { isChanged, forgotten } = await control.unlock(user);
  return {
    text: `${isChanged ? 'is unlocked' : 'is not locked'}.${FORGOTTEN[forgotten]}`,
    members: { failed_logins_forgotten: forgotten },
    ...(forgotten === 'store_is_away' && { fault: NOT_FORGOTTEN }),
  };
}

async function setRole(control: AccountControl, user: User, role: Role): Promise<Outcome> {
  const isChanged = await control.setRole(user, role);
  return { text: isChanged ? `has the role ${role} now.` : `has the role ${role} already.` };
}
