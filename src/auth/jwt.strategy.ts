import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { KeysService } from '../keys/keys.service.js';
import type { SignedIn } from '../sessions/sessions.service.js';
import { bearerToken } from './access-token.js';
import { TokensService } from './tokens.service.js';

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    keys: KeysService,
    private readonly tokens: TokensService,
  ) {
    super({
      ...keys.verification,
      jwtFromRequest: bearerToken,
      // KeyObjects, made once: jsonwebtoken parses a string anew for each token, at 20 times the cost. It takes them,
      // but the types of passport-jwt do not know that.
      secretOrKeyProvider: (_request: FastifyRequest, token: string, done) => {
        const key = keys.verifierOf(token);
        done(key ? null : new Error('no key of ours'), key as unknown as string);
      },
    });
  }

  validate(claims: unknown): Promise<SignedIn> {
    return this.tokens.signedIn(claims);
  }
}
