import { Argument, InvalidArgumentError } from 'commander';
import { OperatorError } from '../http/operator-error.js';
import { isPossibleAddress } from '../users/email-address.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { visible } from '../i18n/visible.js';
import type { Services } from './with-services.js';

/** As long as its column. */
const ID_MAX = 2 ** 31 - 1;

/** How an operator names an account. */
export type AccountName = { readonly id: number } | { readonly email: string };

export const accountArgument = (): Argument =>
  new Argument('<account>', 'its id or its address').argParser<AccountName>((text) => {
    if (isPossibleAddress(text)) return { email: text };
    const id = numberIn(text);
    if (id === undefined) throw new InvalidArgumentError('It must be the id or the address of an account.');
    return { id };
  });

/** An id, or how many. @throws InvalidArgumentError, which ends the command as wrong usage */
export function toNumber(text: string): number {
  const number = numberIn(text);
  if (number === undefined) throw new InvalidArgumentError(`It must be a whole number from 1 to ${ID_MAX}.`);
  return number;
}

function numberIn(text: string): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= ID_MAX ? number : undefined;
}

/** @throws OperatorError if there is none */
export async function findAccount(services: Services, name: AccountName): Promise<User> {
  const users = services.get(UsersService, { strict: false });
  const user = await ('id' in name ? users.findById(name.id) : users.findByEmail(name.email));
  if (!user) throw new OperatorError(`There is no account ${'id' in name ? name.id : visible(name.email)}.`);
  return user;
}

/** For a sentence about it. */
export const nameOf = ({ id, email }: Pick<User, 'id' | 'email'>): string => `Account ${id} (${visible(email)})`;
