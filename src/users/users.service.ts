import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { isUniqueViolation } from '../database/constraint-violation.js';
import { retryRead } from '../database/retry.js';
import { AppError } from '../http/app-error.js';
import { canonicalEmail } from './email-address.js';
import { User } from './user.entity.js';

export interface NewUser {
  name: string;
  email: string;
  passwordHash: string;
}

/** What a guarded request knows of its user; the password's hash stays in the table. */
export type Account = Pick<User, 'id' | 'name' | 'email'>;

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

  isEmailTaken(email: string): Promise<boolean> {
    return this.users.existsBy({ emailCanonical: canonicalEmail(email) });
  }

  /** Another hash of the same password. Nothing happens if the password was changed since the old one was read. */
  async upgradePasswordHash({ id, passwordHash }: User, upgraded: string): Promise<void> {
    await this.users.update({ id, passwordHash }, { passwordHash: upgraded });
  }
}
