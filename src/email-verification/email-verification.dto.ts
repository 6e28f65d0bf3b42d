import { ApiProperty } from '@nestjs/swagger';
import { RequiredText } from '../http/validation.js';

export class LinkDto {
  @ApiProperty({
    description: 'What stands behind `?token=` in the link of the mail. Good for one use.',
    minLength: 43,
    maxLength: 43,
    example: 'p0Jm1Vq9x2Wc8dTzKfYbL3hRgN7sUeAi5oXtQvBnM4k',
  })
  @RequiredText()
  token!: string;
}

export class AddressDto {
  @ApiProperty({ description: 'In any letter case.', example: 'ana@example.com' })
  @RequiredText()
  email!: string;
}

export class VerifiedEmail {
  @ApiProperty({ description: "The account's address.", example: 'ana@example.com' })
  email!: string;
}

export class LinkOnItsWay {
  @ApiProperty({ description: 'For how many seconds the link works.', example: 86_400 })
  expires_in!: number;
}

export class ResetLinkOnItsWay {
  @ApiProperty({ description: 'For how many seconds the link works.', example: 1_800 })
  expires_in!: number;
}
