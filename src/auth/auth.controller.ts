import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../http/access.decorators.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { Message } from '../http/envelope.js';
import { ApiEnvelope, ApiFaults } from '../http/openapi.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { languageOf } from '../i18n/request-language.js';
import { toUserInfo, UserInfoData } from '../users/users.dto.js';
import { LoginDto, RefreshDto, RegisterDto, Tokens } from './auth.dto.js';
import { AuthService } from './auth.service.js';
import { CredentialsPipe } from './credentials.pipe.js';
import { RegistrationPipe } from './registration.pipe.js';
import { RegistrationService } from './registration.service.js';

@ApiTags('Auth')
@Controller('api')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly registration: RegistrationService,
  ) {}

  @Post('register')
  @ApiOperation({
    summary: 'Makes an account.',
    description:
      'A mail brings the link that verifies the address. Where addresses must be verified before a login, an address that ' +
      'is taken is answered like a new one, and its owner gets a mail.',
  })
  @Public()
  @RateLimit('register')
  @Message('User registered successfully')
  @ApiBody({ type: RegisterDto })
  @ApiEnvelope(201, UserInfoData, 'The new account')
  @ApiFaults(
    'validation_failed',
    'email_taken',
    'invalid_body',
    'payload_too_large',
    'unsupported_media_type',
    'too_many_requests',
  )
  async register(
    @Body(RegistrationPipe) registration: RegisterDto,
    @Req() request: FastifyRequest,
  ): Promise<UserInfoData> {
    const registered = await this.registration.register(registration, languageOf(request), originOf(request));
    return { user: toUserInfo(registered) };
  }

  @Post('login')
  @ApiOperation({ summary: 'Starts a session on this device.' })
  @HttpCode(200)
  @Public()
  @RateLimit('login')
  @Message('Login successful')
  @ApiBody({ type: LoginDto })
  @ApiEnvelope(200, Tokens, 'An access token, and a refresh token to renew it')
  @ApiFaults(
    'credentials_required',
    'invalid_body',
    'invalid_credentials',
    'account_locked',
    'email_not_verified',
    'payload_too_large',
    'unsupported_media_type',
    'too_many_requests',
  )
  login(@Body(CredentialsPipe) credentials: LoginDto, @Req() request: FastifyRequest): Promise<Tokens> {
    return this.auth.login(credentials, originOf(request));
  }

  @Post('refresh')
  @ApiOperation({
    summary: 'Renews both tokens.',
    description:
      'Several requests with the same refresh token at once, or a repeated one after a lost answer, get the same new ' +
      'refresh token for some seconds. After that a refresh token that was used ends its session.',
  })
  @HttpCode(200)
  @Public()
  @RateLimit('refresh')
  @Message('Token refreshed')
  @ApiBody({ type: RefreshDto })
  @ApiEnvelope(200, Tokens, 'A new access token, and the next refresh token')
  @ApiFaults(
    'validation_failed',
    'invalid_body',
    'invalid_refresh_token',
    'refresh_token_reused',
    'payload_too_large',
    'unsupported_media_type',
    'too_many_requests',
  )
  refresh(@Body(new DtoPipe(RefreshDto)) body: RefreshDto, @Req() request: FastifyRequest): Promise<Tokens> {
    return this.auth.refresh(body, originOf(request));
  }
}
