import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/env.js';
import type { Account } from '../users/users.service.js';
import { bearerToken, VERIFICATION } from './access-token.js';
import { AuthService } from './auth.service.js';

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    @Inject(SETTINGS) { accessToken }: Settings,
    private readonly auth: AuthService,
  ) {
    super({
      ...VERIFICATION,
      jwtFromRequest: bearerToken,
      // A KeyObject, made once: jsonwebtoken parses a string anew for each token, at 20 times the cost. It takes one,
      // but the types of passport-jwt do not know that.
      secretOrKey: accessToken.key as unknown as string,
    });
  }

  validate(claims: unknown): Promise<Account> {
    return this.auth.userOf(claims);
  }
}
