import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Public } from '../http/access.decorators.js';
import { Message } from '../http/envelope.js';
import { ApiEnvelope, ApiFaults } from '../http/openapi.js';
import { RateLimit } from '../http/rate-limits.js';
import { toUserInfo, UserInfoData } from '../users/users.dto.js';
import { AccessToken, LoginDto, RegisterDto } from './auth.dto.js';
import { AuthService } from './auth.service.js';
import { CredentialsPipe } from './credentials.pipe.js';
import { RegistrationPipe } from './registration.pipe.js';

@ApiTags('Auth')
@Controller('api')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('register')
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
  async register(@Body(RegistrationPipe) registration: RegisterDto): Promise<UserInfoData> {
    return { user: toUserInfo(await this.auth.register(registration)) };
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  @RateLimit('login')
  @Message('Login successful')
  @ApiBody({ type: LoginDto })
  @ApiEnvelope(200, AccessToken, 'An access token')
  @ApiFaults(
    'credentials_required',
    'invalid_body',
    'invalid_credentials',
    'payload_too_large',
    'unsupported_media_type',
    'too_many_requests',
  )
  async login(@Body(CredentialsPipe) credentials: LoginDto): Promise<AccessToken> {
    return { access_token: await this.auth.login(credentials) };
  }
}
