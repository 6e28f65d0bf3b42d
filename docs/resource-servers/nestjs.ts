// npm install jose @nestjs/common @nestjs/core @nestjs/platform-fastify reflect-metadata rxjs
import 'reflect-metadata';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Logger,
  Module,
  Req,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';

const {
  KUNCI_URL = 'http://127.0.0.1:8080',
  TOKEN_ISSUER = 'kunci',
  TOKEN_AUDIENCE = 'kunci-api',
  HOST = '127.0.0.1',
  PORT = '3000',
} = process.env;

interface Request {
  headers: { authorization?: string };
  claims?: JWTPayload;
}

@Injectable()
export class AccessTokenGuard implements CanActivate {
  private readonly logger = new Logger(AccessTokenGuard.name);

  // A key id that jose does not know makes it ask Kunci again, after this many milliseconds at the soonest.
  private readonly keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', KUNCI_URL), { cooldownDuration: 5_000 });

  private readonly expected = {
    issuer: TOKEN_ISSUER,
    audience: TOKEN_AUDIENCE,
    algorithms: ['ES256', 'RS256'],
    typ: 'at+jwt',
    requiredClaims: ['sub', 'sid', 'exp'],
  };

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const challenge = (text: string) => {
      http.getResponse<{ header(name: string, value: string): void }>().header('WWW-Authenticate', text);
      return new UnauthorizedException();
    };
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (!token) throw challenge('Bearer realm="api"');
    try {
      request.claims = (await jwtVerify(token, this.keys, this.expected)).payload;
      return true;
    } catch (error) {
      if (isFaultOfToken(error)) throw challenge('Bearer realm="api", error="invalid_token"');
      // Kunci did not give its keys. A 401 would make people log in again for nothing.
      this.logger.error(error);
      throw new ServiceUnavailableException();
    }
  }
}

const isFaultOfToken = (error: unknown) =>
  error instanceof errors.JOSEError && !/GENERIC|TIMEOUT|JWKS_INVALID/.test(error.code);

@Controller()
export class MeController {
  @Get('me')
  me(@Req() { claims }: Request) {
    return { sub: claims?.sub, sid: claims?.sid };
  }
}

// For every route, so that a new one is closed until someone opens it on purpose.
@Module({ controllers: [MeController], providers: [{ provide: APP_GUARD, useClass: AccessTokenGuard }] })
export class AppModule {}

const app = await NestFactory.create(AppModule, new FastifyAdapter());
await app.listen(Number(PORT), HOST);
