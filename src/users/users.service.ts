import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { FindOptionsWhere, Repository } from 'typeorm';
import { isUniqueViolation } from '../database/constraint-violation.js';
import { retryDeadlock, retryRead } from '../database/retry.js';
import { AppError } from '../http/app-error.js';
import { canonicalEmail } from './email-address.js';
import { User } from './user.entity.js';

export interface NewUser {
  name: string;
  email: string;
  passwordHash: string;
}

/** What a guarded request knows of its user; the password's hash stays in the table. */
export type Account = Pick<User, 'id' | 'name' | 'email' | 'language'>;

/** What a person changes of themselves. */
export type Profile = Pick<User, 'name' | 'language'>;

type Changes = Parameters<Repository<User>['update']>[1];

/** Owner of the `users` table. */
@Injectable()
export class UsersService {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  /** @throws AppError `email_taken`, also when another request registered the address a moment before */
  async create({ name, email, passwordHash }: NewUser): Promise<User> {
    const user = this.users.create({ name, email: email.trim(), emailCanonical: canonicalEmail(email), passwordHash });
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

  isEmailTaken(email: string): Promise<boolean> {
    return this.users.existsBy({ emailCanonical: canonicalEmail(email) });
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
  changePassword({ id, passwordVersion }: User, passwordHash: string): Promise<boolean> {
    return this.change({ id, passwordVersion }, { passwordHash, passwordVersion: passwordVersion + 1 });
  }

  /**
   * A new password for who received mail at the address, which is verified by that.
   * @returns false if it is not the account's address any more
   */
  resetPassword(id: number, email: string, passwordHash: string): Promise<boolean> {
    return this.change({ id, email }, { passwordHash, passwordVersion: nextVersion, emailVerifiedAt: new Date() });
  }

  /** Whatever the password was, it is this from now on. */
  async replacePassword(id: number, passwordHash: string): Promise<void> {
    await this.change({ id }, { passwordHash, passwordVersion: nextVersion });
  }

  /**
   * Gives the account an address whose mail reached its owner.
   * @param from what it is to be changed from; another one changed it meanwhile: then it stays
   * @returns whether it was changed
   * @throws AppError `email_taken`
   */
  async changeEmail(id: number, email: string, from?: string): Promise<boolean> {
    const changes = { email, emailCanonical: canonicalEmail(email), emailVerifiedAt: new Date() };
    try {
      return await this.change(from === undefined ? { id } : { id, email: from }, changes);
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('email_taken', { cause: error });
      throw error;
    }
  }

  /** With everything that belongs to it: foreign keys delete its sessions and tokens. */
  async delete(id: number): Promise<void> {
    await retryDeadlock(() => this.users.delete({ id }));
  }

  /** One UPDATE. @returns whether there was such a user */
  private async change(where: FindOptionsWhere<User>, changes: Changes): Promise<boolean> {
    const { affected } = await retryDeadlock(() => this.users.update(where, changes));
    return affected === 1;
  }
}

const nextVersion = () => 'password_version + 1';
