import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, IsNull, MoreThan, Not, type Repository } from 'typeorm';
import { isUniqueViolation } from '../database/constraint-violation.js';
import { retryDeadlock, retryRead } from '../database/retry.js';
import { AppError } from '../http/app-error.js';
import { canonicalEmail } from './email-address.js';
import { type Role, User } from './user.entity.js';

export interface NewUser {
  name: string;
  email: string;
  passwordHash: string;
  /** If somebody answers for the address. */
  emailVerifiedAt?: Date;
}

/** What a guarded request knows of its user; the password's hash stays in the table. */
export type Account = Pick<User, 'id' | 'name' | 'email' | 'language' | 'role'>;

/** What a list of accounts shows. */
const LISTED = {
  id: true,
  name: true,
  email: true,
  emailVerifiedAt: true,
  language: true,
  lockedAt: true,
  role: true,
  createdAt: true,
  updatedAt: true,
} as const;

export type ListedUser = Pick<User, keyof typeof LISTED>;

/** An account as somebody read it before deciding what to do. */
type AsRead = Pick<User, 'id' | 'email' | 'passwordVersion'>;

/** What a person changes of themselves. */
export type Profile = Pick<User, 'name' | 'language'>;

/** Rows that are held at once by who reads them all. */
const PAGE = 2_000;

type Changes = Parameters<Repository<User>['update']>[1];

/** Owner of the `users` table. */
@Injectable()
export class UsersService {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  /** @throws AppError `email_taken`, also when another request registered the address a moment before */
  async create({ email, ...fields }: NewUser): Promise<User> {
    const user = this.users.create({ ...fields, email: email.trim(), emailCanonical: canonicalEmail(email) });
    try {
      return await this.users.save(user);
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('email_taken', { cause: error });
      throw error;
    }
  }

  exists(id: number): Promise<boolean> {
    return this.users.existsBy({ id });
  }

  findByEmail(email: string): Promise<User | null> {
    return retryRead(() => this.users.findOneBy({ emailCanonical: canonicalEmail(email) }));
  }

  findById(id: number): Promise<User | null> {
    return retryRead(() => this.users.findOneBy({ id }));
  }

  /**
   * In the order of their ids. All of them, whatever the reader looks for: a statement that seeks the few among a million
   * would run into its deadline.
   * @param id the last one that is not wanted; 0 for none
   */
  findAfter(id: number, atMost: number): Promise<ListedUser[]> {
    const page = { select: LISTED, where: { id: MoreThan(id) }, order: { id: 'ASC' }, take: atMost } as const;
    return retryRead(() => this.users.find(page));
  }

  isEmailTaken(email: string): Promise<boolean> {
    return this.users.existsBy({ emailCanonical: canonicalEmail(email) });
  }

  /** Of all accounts, oldest first; however many there are, one page of them is in memory. */
  async *passwordHashes(): AsyncGenerator<string> {
    const select = { id: true, passwordHash: true };
    for (let after = 0, isMore = true; isMore;) {
      const page = await this.users.find({ select, where: { id: MoreThan(after) }, order: { id: 'ASC' }, take: PAGE });
      for (const { passwordHash } of page) yield passwordHash;
      // SQLite answers at once: without this nothing else would come to its turn.
      await setImmediate();
      after = page.at(-1)?.id ?? after;
      isMore = page.length === PAGE;
    }
  }

  /** Another hash of the same password. Nothing happens if the password was changed since the old one was read. */
  async upgradePasswordHash({ id, passwordHash }: User, upgraded: string): Promise<void> {
    await this.users.update({ id, passwordHash }, { passwordHash: upgraded });
  }

  async updateProfile(id: number, changes: Partial<Profile>): Promise<void> {
    await this.change({ id }, changes);
  }

  /** @returns false if it is not the account's address any more */
  markEmailVerified(id: number, email: string): Promise<boolean> {
    return this.change({ id, email }, { emailVerifiedAt: new Date() });
  }

  /** @returns false if the password was changed since the user was read */
  changePassword({ id, passwordVersion }: AsRead, passwordHash: string): Promise<boolean> {
    return this.change({ id, passwordVersion }, { passwordHash, passwordVersion: passwordVersion + 1 });
  }

  /**
   * A new password for who received mail at the account's address, which is verified by that.
   * @returns false if password or address were changed since the user was read
   */
  resetPassword(user: AsRead, passwordHash: string): Promise<boolean> {
    const changes = { passwordHash, passwordVersion: user.passwordVersion + 1, emailVerifiedAt: new Date() };
    return this.change(asRead(user), changes);
  }

  /**
   * Gives the account an address whose mail reached its owner.
   * @returns false if password or address were changed since the user was read
   * @throws AppError `email_taken`
   */
  changeEmail(user: AsRead, email: string): Promise<boolean> {
    return this.changeAddress(asRead(user), email);
  }

  /**
   * Gives the account back an address, with a password for who had it, whatever it has by now.
   * @returns false if the account is gone
   * @throws AppError `email_taken`
   */
  restoreEmail(id: number, email: string, passwordHash: string): Promise<boolean> {
    return this.changeAddress({ id }, email, { passwordHash, passwordVersion: () => 'password_version + 1' });
  }

  /**
   * From now on nobody can use the account, and sessions and links of before are over for good: see `passwordVersion`.
   * @returns false if it is locked already, or gone
   */
  lock(id: number): Promise<boolean> {
    const changes = { lockedAt: new Date(), passwordVersion: () => 'password_version + 1' };
    return this.change({ id, lockedAt: IsNull() }, changes);
  }

  /** @returns false if it is not locked */
  unlock(id: number): Promise<boolean> {
    return this.change({ id, lockedAt: Not(IsNull()) }, { lockedAt: null });
  }

  /** @returns false if it has another role than the one that was read by now */
  changeRole({ id, role }: Pick<User, 'id' | 'role'>, next: Role): Promise<boolean> {
    return this.change({ id, role }, { role: next });
  }

  /**
   * With everything that belongs to it: foreign keys delete its sessions and tokens.
   * @returns false if it is gone already, or its password has another version than the one that is named
   */
  async delete({ id, passwordVersion }: Pick<User, 'id'> & Partial<AsRead>): Promise<boolean> {
    const which = passwordVersion === undefined ? { id } : { id, passwordVersion };
    const { affected } = await retryDeadlock(() => this.users.delete(which));
    return affected === 1;
  }

  private async changeAddress(where: FindOptionsWhere<User>, email: string, more: Changes = {}): Promise<boolean> {
    const changes = { email, emailCanonical: canonicalEmail(email), emailVerifiedAt: new Date(), ...more };
    try {
      return await this.change(where, changes);
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('email_taken', { cause: error });
      throw error;
    }
  }

  /** One UPDATE. @returns whether there was such a user */
  private async change(where: FindOptionsWhere<User>, changes: Changes): Promise<boolean> {
    const { affected } = await retryDeadlock(() => this.users.update(where, changes));
    return affected === 1;
  }
}

const asRead = ({ id, email, passwordVersion }: AsRead) => ({ id, email, passwordVersion });
