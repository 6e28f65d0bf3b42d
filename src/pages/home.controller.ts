import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../http/access.decorators.js';
import { toUserInfo } from '../users/users.dto.js';
import { PageSession } from './page-session.js';

@ApiExcludeController()
@Controller()
@Public()
export class HomeController {
  constructor(private readonly session: PageSession) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const user = await this.session.findUser(request);
    if (user) {
      return void reply.view('pages/home', { title: 'Your account', user: toUserInfo(user) });
    }
    this.session.leaveNotice(request, reply, 'login-required');
    return void reply.redirect('/login', 303);
  }
}
