import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AppError } from '../http/app-error.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import type { User } from '../users/user.entity.js';
import { isPossibleAddress } from '../users/email-address.js';
import { type Account, UsersService } from '../users/users.service.js';
import { userIdOf, VERIFICATION } from './access-token.js';
import type { LoginDto, RegisterDto } from './auth.dto.js';

@Injectable()
export class AuthService {
  private readonly logger = new Logger(AuthService.name);

  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly jwt: JwtService,
  ) {}

  /** @throws AppError `email_taken` */
  async register({ name, email, password }: RegisterDto): Promise<User> {
    const passwordHash = await this.passwords.hash(password);
    return this.users.create({ name, email, passwordHash });
  }

  /**
   * Hashes in every case: an unknown address takes as long as a wrong password, and answers the same.
   * @returns an access token
   * @throws AppError `invalid_credentials`
   */
  async login({ email, password }: LoginDto): Promise<string> {
    // What can be nobody's address is no secret: not worth a hash.
    if (!isPossibleAddress(email)) throw new AppError('invalid_credentials');
    const user = await this.users.findByEmail(email);
    const matches = await this.passwords.verify(password, user?.passwordHash);
    if (!user || !matches) throw new AppError('invalid_credentials');
    if (this.passwords.needsRehash(user.passwordHash)) await this.upgradeHash(user, password);
    return this.jwt.signAsync({}, { subject: String(user.id), jwtid: randomUUID() });
  }

  /**
   * The user whom verified claims name.
   * @throws AppError `invalid_token`, or `user_not_found` if the account is gone
   */
  async userOf(claims: unknown): Promise<Account> {
    const id = userIdOf(claims);
    if (id === null) throw new AppError('invalid_token');
    const user = await this.users.findById(id);
    if (!user) throw new AppError('user_not_found');
    return user;
  }

  /** For the pages, whose token comes in a cookie. @returns null if the token opens nothing */
  async findUserByToken(token: string): Promise<Account | null> {
    const claims: unknown = await this.jwt.verifyAsync(token, VERIFICATION).catch(() => null);
    const id = userIdOf(claims);
    return id === null ? null : this.users.findById(id);
  }

  /** A stored hash keeps up with `BCRYPT_COST`. The person is logged in either way. */
  private async upgradeHash(user: User, password: string): Promise<void> {
    try {
      await this.users.replacePasswordHash(user.id, await this.passwords.hash(password));
    } catch (error) {
      this.logger.warn(`The password hash of user ${user.id} could not be upgraded: ${(error as Error).name}`);
    }
  }
}
