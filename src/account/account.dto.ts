import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { IfGiven, RequiredText } from '../http/validation.js';
import { isLanguage, LANGUAGES, type Text } from '../i18n/languages.js';
import { PASSWORD_MAX, PASSWORD_MIN } from '../passwords/password-rules.js';
import type { User } from '../users/user.entity.js';
import { UserInfo } from '../users/users.dto.js';
import { EmailText, NameText, TEXT_MAX } from '../users/user-rules.js';
import { LinkDto } from '../email-verification/email-verification.dto.js';

const NOT_AVAILABLE: Text = 'This language is not available.';

const NEW_PASSWORD = {
  description: 'As for a registration.',
  format: 'password',
  minLength: PASSWORD_MIN,
  maxLength: PASSWORD_MAX,
  example: 'quiet river 7 lantern',
};

const CURRENT_PASSWORD = {
  description: 'Asked for once more: a stolen session is not enough.',
  format: 'password',
  example: 'correct horse 9 battery',
};

export class ResetPasswordDto extends LinkDto {
  @ApiProperty(NEW_PASSWORD)
  @RequiredText()
  password!: string;
}

export class ChangePasswordDto {
  @ApiProperty(CURRENT_PASSWORD)
  @RequiredText()
  current_password!: string;

  @ApiProperty(NEW_PASSWORD)
  @RequiredText()
  new_password!: string;
}

export class ChangeEmailDto {
  @ApiProperty({ format: 'email', maxLength: TEXT_MAX, example: 'ana@example.org' })
  @EmailText()
  email!: string;

  @ApiProperty(CURRENT_PASSWORD)
  @RequiredText()
  password!: string;
}

export class DeleteAccountDto {
  @ApiProperty(CURRENT_PASSWORD)
  @RequiredText()
  password!: string;
}

/** At least one of them. */
export class UpdateAccountDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: TEXT_MAX, example: 'Ana Putri' })
  @IfGiven()
  @NameText()
  name?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    enum: [...LANGUAGES, null],
    description: 'Of pages and mails; null for what the browser or client asks for.',
    example: 'id',
  })
  @IfGiven()
  @ValidateBy({
    name: 'language',
    validator: {
      validate: (value: unknown) => value === null || isLanguage(value),
      defaultMessage: () => NOT_AVAILABLE,
    },
  })
  language?: string | null;
}

export class AccountInfo extends UserInfo {
  @ApiProperty({ type: String, nullable: true, example: 'id' })
  language!: string | null;
}

export class AccountData {
  @ApiProperty({ type: AccountInfo })
  user!: AccountInfo;
}

export const toAccountData = ({ name, email, language }: User): AccountData => ({ user: { name, email, language } });
