import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError, FieldFaults } from '../http/app-error.js';
import { sendError, toAppError } from '../http/error.filter.js';
import { isBlank, REQUIRED } from '../http/validation.js';
import { FORM_PAGES, type FormPage } from './forms.js';

/** Shows the same form again with its true status: what was typed still there, but the password, and the faults beside it. */
@Catch()
export class PageErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): unknown {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = toAppError(thrown);
    const form = FORM_PAGES[request.routeOptions.url ?? ''];
    if (!form || error.code === 'internal_error') return sendError(error, request, reply);
    return reply
      .code(error.answer.status)
      .headers(error.headers)
      .view(form.view, { ...form, values: keptValues(form, request.body), ...describe(error, form, request.body) });
  }
}

function keptValues(form: FormPage, body: unknown): Record<string, string> {
  const typed = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    typed.filter(
      (entry): entry is [string, string] => form.fields[entry[0]]?.isKept === true && typeof entry[1] === 'string',
    ),
  );
}

/** What stands beside the fields (`messages`), and above them as links (`faults`) or as one sentence (`problem`). */
function describe(error: AppError, form: FormPage, body: unknown): object {
  const messages = error.code === 'credentials_required' ? blankFields(form, body) : (error.fields ?? {});
  const faults = Object.entries(form.fields).flatMap(([name, { label }]) =>
    (messages[name] ?? []).map((message) => ({ name, label, message })),
  );
  return faults.length > 0 ? { messages, faults } : { problem: error.answer.error };
}

function blankFields(form: FormPage, body: unknown): FieldFaults {
  const typed = (body ?? {}) as Record<string, unknown>;
  const required = Object.entries(form.fields).filter(([, { isOptional }]) => !isOptional);
  const blank = required.map(([name]) => name).filter((name) => isBlank(typed[name]));
  return Object.fromEntries(blank.map((name) => [name, [REQUIRED]]));
}
