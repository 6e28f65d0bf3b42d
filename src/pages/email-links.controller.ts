import { Body, Controller, Get, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EmailChangeService } from '../account/email-change.service.js';
import { LinkDto } from '../email-verification/email-verification.dto.js';
import { Public } from '../http/access.decorators.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { RateLimit } from '../http/rate-limits.js';
import { originOf } from '../http/request-origin.js';
import { languageOf } from '../i18n/request-language.js';
import { CONFIRM_PAGE, LinkPages, UNDO_PAGE } from './link-pages.js';
import { PageErrorFilter } from './page-error.filter.js';
import { PageNotices } from './page-notices.js';
import { PageSession } from './page-session.js';

/** Where the mails about a change of address lead to. */
@ApiExcludeController()
@Controller()
@Public()
export class EmailLinksController {
  constructor(
    private readonly changes: EmailChangeService,
    private readonly session: PageSession,
    private readonly links: LinkPages,
    private readonly notices: PageNotices,
  ) {}

  @Get('confirm-email')
  showConfirm(@Query('token') token: unknown, @Res() reply: FastifyReply): Promise<void> {
    return this.links.show(CONFIRM_PAGE, token, reply);
  }

  @Post('confirm-email')
  @RateLimit('link')
  @UseFilters(PageErrorFilter)
  async confirm(
    @Body(new DtoPipe(LinkDto)) { token }: LinkDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.changes.confirm(token, languageOf(request), originOf(request));
    this.notices.leave(request, reply, 'email-changed');
    void reply.redirect((await this.session.find(request, reply)) ? '/account' : '/login', 303);
  }

  @Get('undo-email-change')
  showUndo(@Query('token') token: unknown, @Res() reply: FastifyReply): Promise<void> {
    return this.links.show(UNDO_PAGE, token, reply);
  }

  @Post('undo-email-change')
  @RateLimit('link')
  @UseFilters(PageErrorFilter)
  async undo(
    @Body(new DtoPipe(LinkDto)) { token }: LinkDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.changes.undo(token, languageOf(request), originOf(request));
    this.notices.leave(request, reply, 'email-change-undone');
    void reply.redirect('/login', 303);
  }
}
