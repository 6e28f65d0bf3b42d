import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError, FieldFaults } from '../http/app-error.js';
import type { ErrorCodeName } from '../http/error-codes.js';
import { sendError, toAppError } from '../http/error.filter.js';
import { isBlank, REQUIRED } from '../http/validation.js';
import type { Text } from '../i18n/languages.js';
import type { Session } from '../sessions/session.entity.js';
import { toUserInfo } from '../users/users.dto.js';
import { FORM_PAGES, type FormPage, RESEND_PAGE } from './forms.js';
import { LINK_PAGES, showDeadLink } from './link-pages.js';
import { PageNotices } from './page-notices.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The live session of the browser, with its user, where `SignedInGuard` looked for it. */
    pageSession?: Session;
  }
}

/** A page is for who is logged in, and the browser is not. */
export class LoginRequired extends Error {}

/** Where the API has a word of its own: an address is verified there, and confirmed here. */
const WORDS_OF_PAGES: Partial<Record<ErrorCodeName, Text>> = {
  email_not_verified: 'This address is not confirmed yet.',
};

type Body = Readonly<Record<string, unknown>>;

/** Shows the same form again with its true status: what was typed still there, but the password, and the faults beside it. */
@Catch()
export class PageErrorFilter implements ExceptionFilter {
  constructor(private readonly notices: PageNotices) {}

  catch(thrown: unknown, host: ArgumentsHost): unknown {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (thrown instanceof LoginRequired) {
      this.notices.leave(request, reply, 'login-required');
      return reply.redirect('/login', 303);
    }
    const error = toAppError(thrown);
    const isForm = request.method === 'POST' && error.code !== 'internal_error';
    return isForm ? showForm(error, request, reply) : sendError(error, request, reply);
  }
}

function showForm(error: AppError, request: FastifyRequest, reply: FastifyReply): unknown {
  const body = (request.body ?? {}) as Body;
  const route = request.routeOptions.url ?? '';
  const linkPage = LINK_PAGES[route];
  if (linkPage && (error.code === 'invalid_link' || error.fields?.token)) return showDeadLink(linkPage, reply);
  const form = error.code === 'email_not_verified' ? RESEND_PAGE : (linkPage ?? FORM_PAGES[route]);
  if (!form) return sendError(error, request, reply);
  const isTaken = error.code === 'email_taken';
  const problem = isTaken ? linkPage?.taken : WORDS_OF_PAGES[error.code];
  return reply
    .code(error.answer.status)
    .headers(error.headers)
    .view(form.view, {
      ...form,
      user: request.pageSession && toUserInfo(request.pageSession.user),
      token: linkPage && (!isTaken || linkPage.taken) ? body.token : undefined,
      // As the form that comes back says it, so that its reader still sees which one it is about.
      email: linkPage && typeof body.username === 'string' ? body.username : undefined,
      values: keptValues(form, body),
      ...describe(error, form, body),
      ...(problem && { problem }),
    });
}

function keptValues(form: FormPage, body: Body): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).filter(
      (entry): entry is [string, string] => form.fields[entry[0]]?.isKept === true && typeof entry[1] === 'string',
    ),
  );
}

/** What stands beside the fields (`messages`), and above them as links (`faults`) or as one sentence (`problem`). */
function describe(error: AppError, form: FormPage, body: Body): object {
  const messages = messagesOf(error, form, body);
  const faults = Object.entries(form.fields).flatMap(([name, { label }]) =>
    (messages[name] ?? []).map((message) => ({ name, label, message })),
  );
  return faults.length > 0 ? { messages, faults } : { problem: error.answer.error };
}

function messagesOf({ code, fields, answer }: AppError, form: FormPage, body: Body): FieldFaults {
  if (code === 'credentials_required') return blankFields(form, body);
  if (code === 'wrong_password' && form.currentPassword) return { [form.currentPassword]: [answer.error] };
  return fields ?? {};
}

function blankFields(form: FormPage, body: Body): FieldFaults {
  const required = Object.entries(form.fields).filter(([, { isOptional }]) => !isOptional);
  const blank = required.map(([name]) => name).filter((name) => isBlank(body[name]));
  return Object.fromEntries(blank.map((name) => [name, [REQUIRED]]));
}
