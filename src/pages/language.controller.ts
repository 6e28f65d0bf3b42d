import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccountService } from '../account/account.service.js';
import { Public, WithoutDatabase } from '../http/access.decorators.js';
import { originOf } from '../http/request-origin.js';
import { type LanguageChoice, LanguageChoicePipe } from './language-choice.pipe.js';
import { PageCookies } from './page-cookies.js';
import { keepLanguage } from './page-language.js';
import { PageSession } from './page-session.js';

/** The switch at the foot of the pages: for this browser, and for the account of who is logged in. */
@ApiExcludeController()
@Controller('language')
@Public()
export class LanguageController {
  constructor(
    private readonly session: PageSession,
    private readonly account: AccountService,
    private readonly cookies: PageCookies,
  ) {}

  /** Without a cookie of a session nobody is looked up. */
  @Post()
  @WithoutDatabase()
  async choose(
    @Body(LanguageChoicePipe) { language, back }: LanguageChoice,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const session = await this.session.find(request, reply);
    if (session) await this.account.update(session.userId, { language }, originOf(request));
    keepLanguage(this.cookies, request, reply, language);
    void reply.redirect(back, 303);
  }
}
