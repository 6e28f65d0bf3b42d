import { type Command, Option } from 'commander';
import { toExportedAccount } from '../account/account-export.dto.js';
import { type Newcomer, NewAccounts } from '../account/new-accounts.service.js';
import { OperatorError, UsageError } from '../http/operator-error.js';
import { OperatorsModule } from '../account/operators.module.js';
import { findAccount, nameOf } from './account.argument.js';
import { toJson } from './output.js';
import { askHidden, isTerminal, readPasswordFromStdin } from './prompt.js';
import { type Services, withServices } from './with-services.js';

interface Options {
  readonly name: string;
  readonly email: string;
  readonly verified?: true;
  readonly passwordStdin?: true;
  /** False with `--no-password`. */
  readonly password: boolean;
  readonly json?: true;
}

export function addUsersCreateCommand(program: Command): void {
  program
    .command('users:create')
    .description('make an account; its password is asked for, and never stands on the command line')
    .requiredOption('--name <name>', 'of the person')
    .requiredOption('--email <address>', 'by which the person logs in')
    .option('--verified', 'the address is known to be theirs: no link is mailed to verify it')
    .addOption(new Option('--password-stdin', 'read the password from standard input').conflicts('password'))
    .option('--no-password', 'mail a link by which the person chooses one within half an hour')
    .option('--json', 'for machines')
    .action((options: Options) => {
      expectPassword(options);
      const create = async (services: Services) => {
        const accounts = services.get(NewAccounts);
        const newcomer = { name: options.name, email: options.email, isVerified: options.verified ?? false };
        await accounts.check(newcomer, !options.password);
        const password = options.password ? await choosePassword(accounts, newcomer, options) : undefined;
        const { id } = await accounts.create(newcomer, password);
        const user = await findAccount(services, { id });
        return options.json ? toJson(toExportedAccount(user)) : `${nameOf(user)} is made.`;
      };
      return withServices([OperatorsModule], create, { mayMakeDatabase: true });
    });
}

/** @throws UsageError if there is no way for it to come in */
function expectPassword({ password, passwordStdin }: Options): void {
  if (passwordStdin && isTerminal()) {
    throw new UsageError('Standard input is a terminal: without --password-stdin you are asked.');
  }
  if (password && !passwordStdin && !isTerminal()) {
    throw new UsageError('There is no terminal to ask for the password: use --password-stdin or --no-password.');
  }
}

/** @throws OperatorError, AppError `validation_failed` */
async function choosePassword(accounts: NewAccounts, newcomer: Newcomer, { passwordStdin }: Options): Promise<string> {
  const password = await (passwordStdin ? readPasswordFromStdin() : askHidden('Password: '));
  await accounts.checkPassword(password, newcomer);
  if (!passwordStdin && (await askHidden('The same again: ')) !== password) {
    throw new OperatorError('The two passwords differ. Nothing was made.');
  }
  return password;
}
