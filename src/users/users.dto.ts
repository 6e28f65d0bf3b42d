import { ApiProperty } from '@nestjs/swagger';
import type { User } from './user.entity.js';

export class UserInfo {
  @ApiProperty({ description: 'As the person wrote it, 1 to 150 code points.', example: 'Ana' })
  name!: string;

  @ApiProperty({ description: 'As the person wrote it, without blanks around it.', example: 'ana@example.com' })
  email!: string;
}

export class UserInfoData {
  @ApiProperty({ type: UserInfo })
  user!: UserInfo;
}

/** The only way a user leaves the service: what is not listed here stays inside. */
export function toUserInfo({ name, email }: Pick<User, 'name' | 'email'>): UserInfo {
  return { name, email };
}
