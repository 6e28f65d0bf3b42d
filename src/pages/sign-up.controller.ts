import { Body, Controller, Get, Post, Render, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RegisterDto } from '../auth/auth.dto.js';
import { AuthService } from '../auth/auth.service.js';
import { RegistrationPipe } from '../auth/registration.pipe.js';
import { Public, WithoutDatabase } from '../http/access.decorators.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { REGISTER_PAGE } from './forms.js';
import { PageErrorFilter } from './page-error.filter.js';
import { PageNotices } from './page-notices.js';

@ApiExcludeController()
@Controller('register')
@Public()
export class SignUpController {
  constructor(
    private readonly auth: AuthService,
    private readonly notices: PageNotices,
  ) {}

  @Get()
  @WithoutDatabase()
  @Render(REGISTER_PAGE.view)
  new(): object {
    return REGISTER_PAGE;
  }

  @Post()
  @RateLimit('register')
  @UseFilters(PageErrorFilter)
  async create(
    @Body(RegistrationPipe) registration: RegisterDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.auth.register(registration, originOf(request));
    this.notices.leave(request, reply, 'registered');
    void reply.redirect('/login', 303);
  }
}
