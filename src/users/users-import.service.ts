import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { isUniqueViolation } from '../database/constraint-violation.js';
import { retryDeadlock } from '../database/retry.js';
import { User } from './user.entity.js';

/** An account of another system. Without an id it gets the next one. */
export interface ImportedUser extends Pick<
  User,
  'name' | 'email' | 'emailCanonical' | 'passwordHash' | 'emailVerifiedAt' | 'lockedAt' | 'language'
> {
  readonly id: number | undefined;
  readonly createdAt: Date | undefined;
}

/** What stands in the way of an import. */
export interface Occupied {
  readonly byAddress: ReadonlyMap<string, Pick<User, 'id' | 'passwordHash'>>;
  readonly ids: ReadonlySet<number>;
}

/** The column ends at 2 147 483 647, and every registration after a kept id gets a larger one. */
export const LARGEST_KEPT_ID = 2_000_000_000;

/** Writes many accounts at once into the `users` table. */
@Injectable()
export class UsersImportService {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  async findOccupied(addresses: readonly string[], ids: readonly number[]): Promise<Occupied> {
    const select = { id: true, emailCanonical: true, passwordHash: true };
    const there = await this.users.find({ select, where: { emailCanonical: In(addresses) } });
    const taken = ids.length > 0 ? await this.users.find({ select: { id: true }, where: { id: In(ids) } }) : [];
    return {
      byAddress: new Map(there.map(({ emailCanonical, ...user }) => [emailCanonical, user])),
      ids: new Set(taken.map(({ id }) => id)),
    };
  }

  /** One INSERT: all of them or none. @returns false if an address or an id was taken by now */
  async insert(users: readonly ImportedUser[]): Promise<boolean> {
    try {
      await retryDeadlock(() =>
        this.users
          .createQueryBuilder()
          .insert()
          .values([...users])
          .updateEntity(false)
          .execute(),
      );
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  /**
   * Keeps the ids up to this one for who brings one along: what registers from now on gets a larger one, also while the
   * import runs. The counter follows the largest id that was ever there, and no right but those of the server is needed.
   */
  async reserveIds(upTo: number): Promise<void> {
    const nobody = { name: '', email: '', emailCanonical: `reserved ${randomUUID()}`, passwordHash: '!' };
    if (upTo === 0 || (await this.users.existsBy({ id: upTo }))) return;
    try {
      await this.users.manager.transaction(async (manager) => {
        await manager.insert(User, { id: upTo, ...nobody });
        await manager.delete(User, { id: upTo });
      });
    } catch (error) {
      // Somebody has it by now: the counter is there already.
      if (!isUniqueViolation(error)) throw error;
    }
  }
}
