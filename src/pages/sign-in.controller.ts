import { Body, Controller, Get, Post, Render, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LoginDto } from '../auth/auth.dto.js';
import { AuthService } from '../auth/auth.service.js';
import { CredentialsPipe } from '../auth/credentials.pipe.js';
import { Public, WithoutDatabase } from '../http/access.decorators.js';
import { RateLimit } from '../http/rate-limits.js';
import { LOGIN_PAGE } from './forms.js';
import { KnownDevice } from './known-device.js';
import { PageErrorFilter } from './page-error.filter.js';
import { PageNotices } from './page-notices.js';
import { PageSession } from './page-session.js';
import { RememberMePipe } from './remember-me.pipe.js';

@ApiExcludeController()
@Controller()
@Public()
export class SignInController {
  constructor(
    private readonly auth: AuthService,
    private readonly session: PageSession,
    private readonly notices: PageNotices,
    private readonly device: KnownDevice,
  ) {}

  @Get('login')
  @WithoutDatabase()
  @Render(LOGIN_PAGE.view)
  new(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): object {
    return { ...LOGIN_PAGE, notice: this.notices.take(request, reply) };
  }

  @Post('login')
  @RateLimit('login')
  @UseFilters(PageErrorFilter)
  async create(
    @Body(CredentialsPipe) credentials: LoginDto,
    @Body(RememberMePipe) isRemembered: boolean,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const user = await this.auth.authenticate(credentials, this.device.clientOf(request));
    await this.session.start(request, reply, user, isRemembered);
    this.device.remember(request, reply, user.id);
    void reply.redirect('/', 303);
  }

  @Post('logout')
  async destroy(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.session.end(request, reply);
    this.notices.leave(request, reply, 'logged-out');
    void reply.redirect('/login', 303);
  }
}
