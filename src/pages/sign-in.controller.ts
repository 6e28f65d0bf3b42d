import { Body, Controller, Get, Post, Render, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LoginDto } from '../auth/auth.dto.js';
import { AuthService } from '../auth/auth.service.js';
import { CredentialsPipe } from '../auth/credentials.pipe.js';
import { Public } from '../http/access.decorators.js';
import { RateLimit } from '../http/rate-limits.js';
import { LOGIN_PAGE } from './forms.js';
import { PageErrorFilter } from './page-error.filter.js';
import { PageSession } from './page-session.js';

@ApiExcludeController()
@Controller()
@Public()
export class SignInController {
  constructor(
    private readonly auth: AuthService,
    private readonly session: PageSession,
  ) {}

  @Get('login')
  @Render(LOGIN_PAGE.view)
  new(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): object {
    return { ...LOGIN_PAGE, notice: this.session.takeNotice(request, reply) };
  }

  @Post('login')
  @RateLimit('login')
  @UseFilters(PageErrorFilter)
  async create(
    @Body(CredentialsPipe) credentials: LoginDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.session.start(request, reply, await this.auth.login(credentials));
    void reply.redirect('/', 303);
  }

  @Post('logout')
  destroy(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.session.end(request, reply);
    this.session.leaveNotice(request, reply, 'logged-out');
    void reply.redirect('/login', 303);
  }
}
