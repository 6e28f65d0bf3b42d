import type { Command } from 'commander';
import { AccountExports } from '../account/account-exports.service.js';
import { AccountRemoval } from '../account/account-removal.service.js';
import { byCommandLine } from '../account/by-command-line.js';
import { OperatorError } from '../http/operator-error.js';
import { OperatorsModule } from '../account/operators.module.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { canonicalEmail } from '../users/email-address.js';
import type { User } from '../users/user.entity.js';
import { type AccountName, accountArgument, findAccount, nameOf } from './account.argument.js';
import { toJson } from './output.js';
import { visible } from '../i18n/visible.js';
import { ask } from './prompt.js';
import { withServices } from './with-services.js';

interface Options {
  readonly yes?: true;
  readonly notify?: true;
  readonly json?: true;
}

export function addUsersLeaveCommands(program: Command): void {
  program
    .command('users:export')
    .description('print all that is kept of a person, as GET /api/user-info/export gives it')
    .addArgument(accountArgument())
    .option('--json', 'it always is')
    .action((name: AccountName) =>
      withServices([OperatorsModule], async (services) => {
        const user = await findAccount(services, name);
        return toJson(await services.get(AccountExports).export(user, byCommandLine('export')), 2);
      }),
    );
  program
    .command('users:delete')
    .description('delete an account with everything personal; it cannot be undone')
    .addArgument(accountArgument())
    .option('--yes', 'do not ask for the address once more')
    .option('--notify', 'tell the person by mail')
    .option('--json', 'for machines')
    .action((name: AccountName, { yes, notify, json }: Options) =>
      withServices([OperatorsModule], async (services) => {
        const user = await findAccount(services, name);
        const removal = services.get(AccountRemoval);
        const { accounts, mail } = services.get<Settings>(SETTINGS, { strict: false });
        if (notify && mail.transport === 'none') throw new OperatorError('Without SMTP_URL nobody is told by mail.');
        if (!yes) await confirm(user);
        const noticeIn = notify ? accounts.defaultLanguage : undefined;
        if (!(await removal.remove(user, { ...byCommandLine(), noticeIn }))) {
          throw new OperatorError(`${nameOf(user)} is gone already.`);
        }
        return json ? toJson({ id: user.id, email: user.email, deleted: true }) : `${nameOf(user)} is deleted.`;
      }),
    );
}

/** @throws OperatorError unless its address is typed */
async function confirm({ id, email }: User): Promise<void> {
  const typed = await ask(`To delete account ${id} for good, type its address (${visible(email)}): `);
  if (canonicalEmail(typed.slice(0, 2 * email.length)) !== canonicalEmail(email)) {
    throw new OperatorError('That is not its address. Nothing was deleted.');
  }
}
