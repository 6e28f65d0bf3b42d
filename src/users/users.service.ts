import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import DataLoader from 'dataloader';
import type { Repository } from 'typeorm';
import { isUniqueViolation } from '../database/unique-violation.js';
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
  /**
   * Gathers the look-ups of one turn of the event loop into one query. Nothing is kept: every request sees the row as
   * it is now. `setImmediate`, because dataloader's own schedule gathers nothing across requests (docs/decisions/0006).
   */
  private readonly byId = new DataLoader((ids: readonly number[]) => this.loadMany(ids), {
    cache: false,
    batchScheduleFn: (run) => setImmediate(run),
  });

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

  findById(id: number): Promise<Account | null> {
    return this.byId.load(id);
  }

  findByEmail(email: string): Promise<User | null> {
    return this.users.findOneBy({ emailCanonical: canonicalEmail(email) });
  }

  isEmailTaken(email: string): Promise<boolean> {
    return this.users.existsBy({ emailCanonical: canonicalEmail(email) });
  }

  async replacePasswordHash(id: number, passwordHash: string): Promise<void> {
    await this.users.update({ id }, { passwordHash });
  }

  /** Rows, not entities: making entities of them would cost a guarded request more than the query does. */
  private async loadMany(ids: readonly number[]): Promise<(Account | null)[]> {
    const found = await this.users
      .createQueryBuilder('user')
      .select(['user.id AS id', 'user.name AS name', 'user.email AS email'])
      .where('user.id IN (:...ids)', { ids: [...new Set(ids)] })
      .getRawMany<Account>();
    const byId = new Map(found.map((account) => [account.id, account]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}
