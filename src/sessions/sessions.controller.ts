import { Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../http/app-error.js';
import { Message } from '../http/envelope.js';
import { ApiEnvelope, ApiFaults } from '../http/openapi.js';
import { originOf } from '../http/request-origin.js';
import { CurrentSession } from './current-session.decorator.js';
import { EndedSessions, SessionList, toSessionInfo } from './sessions.dto.js';
import { SessionsService, type SignedIn } from './sessions.service.js';

/** Everyone sees and ends their own sessions only. */
@ApiTags('Sessions')
@ApiBearerAuth()
@Controller('api')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Post('logout')
  @ApiOperation({ summary: 'Ends the session of this token: neither of its tokens opens anything any more, at once.' })
  @HttpCode(200)
  @Message('Logged out')
  @ApiEnvelope(200, EndedSessions, 'The session is over')
  @ApiFaults('missing_token', 'invalid_token', 'user_not_found')
  async logout(@CurrentSession() { id, sessionId }: SignedIn, @Req() request: FastifyRequest): Promise<EndedSessions> {
    return { ended: Number(await this.sessions.end(sessionId, id, 'logged_out', originOf(request))) };
  }

  @Get('sessions')
  @ApiOperation({ summary: 'Lists the devices on which you are logged in.' })
  @Message('Sessions retrieved successfully')
  @ApiEnvelope(200, SessionList, 'The live sessions of the signed-in user')
  @ApiFaults('missing_token', 'invalid_token', 'user_not_found')
  async list(@CurrentSession() { id, sessionId }: SignedIn): Promise<SessionList> {
    const sessions = await this.sessions.list(id);
    return { sessions: sessions.map((session) => toSessionInfo(session, sessionId)) };
  }

  @Delete('sessions/:id')
  @ApiOperation({ summary: 'Ends one of your sessions.' })
  @Message('Session ended')
  @ApiEnvelope(200, EndedSessions, 'The session is over')
  @ApiFaults('missing_token', 'invalid_token', 'session_not_found', 'user_not_found')
  async end(
    @CurrentSession() { id }: SignedIn,
    @Param('id') sessionId: string,
    @Req() request: FastifyRequest,
  ): Promise<EndedSessions> {
    if (!(await this.sessions.end(sessionId, id, 'logged_out', originOf(request))))
      throw new AppError('session_not_found');
    return { ended: 1 };
  }

  @Delete('sessions')
  @ApiOperation({ summary: 'Ends all your sessions but the one of this token.' })
  @Message('Other sessions ended')
  @ApiEnvelope(200, EndedSessions, 'The other sessions are over')
  @ApiFaults('missing_token', 'invalid_token', 'user_not_found')
  async endOthers(
    @CurrentSession() { id, sessionId }: SignedIn,
    @Req() request: FastifyRequest,
  ): Promise<EndedSessions> {
    return { ended: await this.sessions.endOthers(sessionId, id, originOf(request)) };
  }
}
