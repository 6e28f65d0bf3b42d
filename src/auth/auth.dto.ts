import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { RequiredText } from '../http/validation.js';
import { PASSWORD_MAX, PASSWORD_MIN } from '../passwords/password-rules.js';
import { type Role, ROLES } from '../users/user.entity.js';
import { EmailText, NameText, TEXT_MAX } from '../users/user-rules.js';

export class RegisterDto {
  @ApiProperty({ description: 'Shown as given.', minLength: 1, maxLength: TEXT_MAX, example: 'Ana' })
  @NameText()
  name!: string;

  @ApiProperty({
    description: 'Stored as given but for blanks around it; upper and lower case make no difference.',
    format: 'email',
    maxLength: TEXT_MAX,
    example: 'ana@example.com',
  })
  @EmailText()
  email!: string;

  @ApiProperty({
    description:
      'A letter and a number of any script; with `PASSWORD_POLICY=nist` 15 characters or more that are hard to guess ' +
      'instead. Symbols, blanks and any Unicode are welcome.',
    format: 'password',
    minLength: PASSWORD_MIN,
    maxLength: PASSWORD_MAX,
    example: 'correct horse 9 battery',
  })
  @RequiredText()
  password!: string;
}

export class LoginDto {
  @ApiProperty({ description: 'In any letter case.', example: 'ana@example.com' })
  @RequiredText()
  email!: string;

  @ApiProperty({ description: 'Exactly as it was registered.', format: 'password', example: 'correct horse 9 battery' })
  @RequiredText()
  password!: string;
}

export class RefreshDto {
  @ApiProperty({ description: 'The newest one of the session.', example: 'q2lU…', minLength: 96, maxLength: 96 })
  @RequiredText()
  refresh_token!: string;
}

/** RFC 6749, section 5.1. */
export class Tokens {
  @ApiProperty({ description: 'A JWT (RFC 9068) for the `Authorization: Bearer` header.' })
  access_token!: string;

  @ApiProperty({ enum: ['Bearer'] })
  token_type!: 'Bearer';

  @ApiProperty({ description: 'Seconds for which the access token is valid.', example: 900 })
  expires_in!: number;

  @ApiProperty({ description: 'For the next `POST /api/refresh`: opaque, and good for one use.' })
  refresh_token!: string;
}

export class IntrospectDto {
  @ApiProperty({ description: 'An access token. Refresh tokens are no business of other services: not active.' })
  @RequiredText()
  token!: string;
}

/** RFC 7662, section 2.2. Of a token that opens nothing only `active` is told. */
export class Introspection {
  @ApiProperty({ description: 'Whether the token holds and its session is live, at this moment.' })
  active!: boolean;

  @ApiPropertyOptional({ enum: ['Bearer'] })
  token_type?: 'Bearer';

  @ApiPropertyOptional({ description: "The user's id.", example: '1' })
  sub?: string;

  @ApiPropertyOptional({ description: "The session's id." })
  sid?: string;

  @ApiPropertyOptional({ example: 'kunci' })
  iss?: string;

  @ApiPropertyOptional({ example: 'kunci-api' })
  aud?: string;

  @ApiPropertyOptional({ description: 'When it expires, in seconds of Unix time.' })
  exp?: number;

  @ApiPropertyOptional({ description: 'When it was issued, in seconds of Unix time.' })
  iat?: number;

  @ApiPropertyOptional({ description: "The token's own id." })
  jti?: string;

  @ApiPropertyOptional({
    type: [String],
    enum: ROLES,
    description: 'Of the user, at this moment: one, in a list as RFC 9068 and RFC 7643 have it. Not in the token.',
    example: ['user'],
  })
  roles?: Role[];
}
