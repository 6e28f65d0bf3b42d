import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { AppModule } from './app.module.js';
import type { Settings } from './config/settings.js';
import { AllowedMethods } from './server/allowed-methods.js';
import { registerAssets } from './server/assets.js';
import { BODY_LIMIT_BYTES, registerBodyParsers } from './server/body-parsers.js';
import { answerBadUrl, answerBrokenRequest } from './server/broken-request.js';
import { registerConnectionLimit, TIMEOUTS } from './server/connection-limits.js';
import { registerDrain } from './server/drain.js';
import { isApiRequest, registerEnvelope } from './http/envelope.js';
import { registerLanguages } from './i18n/request-language.js';
import { createOpenApi } from './http/openapi.js';
import { registerSecurityHeaders } from './server/security-headers.js';
import { registerUnreadBody } from './server/unread-body.js';
import { registerViews } from './server/views.js';
import { registerHttpMetrics } from './monitoring/http-metrics.js';
import { createLogger, toNestLogger } from './monitoring/logger.js';
import { registerRequestLog } from './monitoring/request-log.js';
import { toReference } from './pages/api-reference.js';
import { registerPageLanguage } from './pages/page-language.js';
import { PASSWORD_RULES } from './passwords/password-rules.js';

declare module 'fastify' {
  interface FastifyInstance {
    allowedMethods: AllowedMethods;
  }
}

/** The application as `main.ts` starts it and as the tests drive it; not yet listening. */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const logger = createLogger(settings);
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all: a child for each request, of which most write a single line, costs more than that line.
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT_BYTES,
    // No middleware is used: its engine would be asked at every request all the same.
    skipMiddie: true,
    trustProxy: settings.http.trustProxy.length > 0 ? [...settings.http.trustProxy] : false,
    ...TIMEOUTS,
    // Until its connection is cut (`server/drain.ts`), a client of a closing server gets its answer and `Connection: close`.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: answerBadUrl,
    clientErrorHandler: answerBrokenRequest,
  });
  const instance = adapter.getInstance<FastifyInstance>();
  registerHooks(instance, settings);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(settings), adapter, {
    bodyParser: false,
    logger: toNestLogger(logger),
    abortOnError: false,
  });
  registerBodyParsers(instance);
  // The API takes only bearer tokens and JSON, which no form of another site can send.
  app.enableCsrfProtection({ exclude: (request: FastifyRequest) => isApiRequest(request) });
  await registerViews(instance, registerAssets(instance), {
    passwordRule: PASSWORD_RULES[settings.passwords.policy],
    sendsMail: settings.mail.transport !== 'none',
  });
  serveOpenApi(app, instance);
  return app;
}

/** What goes before and after every route. */
function registerHooks(instance: FastifyInstance, settings: Settings): void {
  instance.decorate('allowedMethods', new AllowedMethods(instance));
  registerLanguages(instance, settings.accounts.defaultLanguage);
  registerSecurityHeaders(instance);
  registerPageLanguage(instance);
  registerConnectionLimit(instance, settings.http.maxConnections);
  registerUnreadBody(instance);
  registerDrain(instance);
  registerRequestLog(instance);
  if (settings.metrics) registerHttpMetrics(instance);
  registerEnvelope(instance);
}

/** `/docs` for people, `/docs/openapi.json` for tools. */
function serveOpenApi(app: NestFastifyApplication, instance: FastifyInstance): void {
  const document = createOpenApi(app);
  const reference = toReference(document);
  instance.get('/docs', (_request, reply) => reply.view('pages/docs', { title: 'API', isWide: true, reference }));
  instance.get('/docs/openapi.json', (_request, reply) => reply.send(document));
}
