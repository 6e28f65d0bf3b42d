import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope, ApiFaults } from '../http/openapi.js';
import { Message } from '../http/envelope.js';
import { CurrentUser } from './current-user.decorator.js';
import { toUserInfo, UserInfoData } from './users.dto.js';
import type { Account } from './users.service.js';

@ApiTags('Users')
@Controller('api')
export class UsersController {
  /** Guarded by the access guard, as every route that is not marked `@Public()`. */
  @Get('user-info')
  @ApiOperation({ summary: 'Shows who is logged in.' })
  @Message('User information retrieved successfully')
  @ApiBearerAuth()
  @ApiEnvelope(200, UserInfoData, 'The signed-in user')
  @ApiFaults('missing_token', 'invalid_token', 'user_not_found')
  userInfo(@CurrentUser() user: Account): UserInfoData {
    return { user: toUserInfo(user) };
  }
}
