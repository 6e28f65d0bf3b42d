import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../config/loopback.js';
import { Public, WithoutDatabase } from '../http/access.decorators.js';
import { AppError } from '../http/app-error.js';
import { formatInstant } from '../i18n/instants.js';
import { languageOf } from '../i18n/request-language.js';
import { DevMailbox, type KeptMail } from '../mail/dev-mailbox.js';

/** What proxies say when they pass a request on. */
const PASSED_ON = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/**
 * Whoever reads the mails can choose the password of anybody. Not through a proxy that was forgotten in TRUST_PROXY, and
 * not by a name that somebody's DNS leads here (DNS rebinding): there is no such page then.
 */
@Injectable()
class LocalGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const host = (headers.host ?? '').replace(/:\d+$/, '');
    if (isLoopback(host) && PASSED_ON.every((name) => headers[name] === undefined)) return true;
    throw new AppError('not_found');
  }
}

/** The mails of a server that has nowhere to send them. In development only: see `settings.mail.transport`. */
@ApiExcludeController()
@Controller('dev')
@Public()
@WithoutDatabase()
@UseGuards(LocalGuard)
export class DevMailboxController {
  constructor(private readonly mailbox: DevMailbox) {}

  @Get('mailbox')
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const language = languageOf(request);
    const mails = this.mailbox.list().map((mail) => toShown(mail, language));
    void reply.view('pages/dev-mailbox', { title: 'Mails', isWide: true, mails });
  }

  /** For tools. The newest first. */
  @Get('mailbox.json')
  list(): readonly KeptMail[] {
    return this.mailbox.list();
  }
}

function toShown({ subject, to, at, text }: KeptMail, language: string): object {
  const paragraphs = text.trim().split(/\n{2,}/);
  return {
    subject,
    to,
    at: formatInstant(at, language),
    atIso: at.toISOString(),
    paragraphs: paragraphs.map(toPieces),
  };
}

/** Lines, and in them the links. */
function toPieces(paragraph: string): object[] {
  return paragraph.split(/(https?:\/\/\S+|\n)/).map((words) => ({
    words,
    isBreak: words === '\n',
    isLink: /^https?:/.test(words),
  }));
}
