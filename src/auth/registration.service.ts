import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { EmailVerificationService } from '../email-verification/email-verification.service.js';
import { AppError } from '../http/app-error.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import type { User } from '../users/user.entity.js';
import { type NewUser, UsersService } from '../users/users.service.js';
import { AuthEvents } from './auth-events.service.js';
import type { RegisterDto } from './auth.dto.js';

@Injectable()
export class RegistrationService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly verification: EmailVerificationService,
    private readonly events: AuthEvents,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Makes an account and mails the link that verifies its address.
   * @param language of the request
   * @returns what was registered; of an address that is taken the same, if addresses must be verified
   * @throws AppError `email_taken`, if they need not
   */
  async register(
    { name, email, password }: RegisterDto,
    language: string,
    origin: RequestOrigin,
  ): Promise<Pick<User, 'name' | 'email'>> {
    const passwordHash = await this.passwords.hash(password);
    const user = await this.create({ name, email, passwordHash });
    if (user) {
      this.events.registered(user, origin);
      await this.verification.start(user, language);
    } else {
      await this.verification.startForOwner(email, language);
    }
    return { name, email: email.trim() };
  }

  /** @returns null if the address is taken and nobody may learn of it */
  private async create(user: NewUser): Promise<User | null> {
    try {
      return await this.users.create(user);
    } catch (error) {
      const isTaken = error instanceof AppError && error.code === 'email_taken';
      if (isTaken && this.settings.accounts.requireVerifiedEmail) return null;
      throw error;
    }
  }
}
