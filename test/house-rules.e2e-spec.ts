import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ERROR_CODES } from '../src/http/error-codes.js';
import { createOpenApi } from '../src/http/openapi.js';
import { startApp, type TestApp } from './support/app.js';

/** What types cannot keep. */
describe('house rules', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  it('every route asks for a token but the ones in this list', async () => {
    const open = [];
    for (const { method, path } of routes()) {
      const answer = await test.api.send(method, path);
      if (answer.headers.get('www-authenticate') === null) open.push(`${method} ${path}`);
    }
    expect(open.sort()).toEqual(
      [
        'GET /',
        'GET /.well-known/jwks.json',
        'GET /account',
        'GET /account/delete',
        'GET /account/email',
        'GET /account/export',
        'GET /account/name',
        'GET /account/password',
        'GET /assets/:hash/app.css',
        'GET /assets/:hash/app.js',
        'GET /assets/:hash/key.svg',
        'GET /confirm-email',
        'GET /dev/mailbox',
        'GET /dev/mailbox.json',
        'GET /docs',
        'GET /docs/openapi.json',
        'GET /forgot-password',
        'GET /health/live',
        'GET /health/ready',
        'GET /login',
        'GET /register',
        'GET /reset-password',
        'GET /undo-email-change',
        'GET /verify-email',
        'GET /verify-email/resend',
        'POST /account/delete',
        'POST /account/devices/:id/logout',
        'POST /account/devices/logout-others',
        'POST /account/email',
        'POST /account/name',
        'POST /account/password',
        'POST /api/email/confirm',
        'POST /api/email/undo',
        'POST /api/forgot-password',
        'POST /api/introspect',
        'POST /api/login',
        'POST /api/refresh',
        'POST /api/register',
        'POST /api/reset-password',
        'POST /api/verify-email',
        'POST /api/verify-email/resend',
        'POST /confirm-email',
        'POST /forgot-password',
        'POST /language',
        'POST /login',
        'POST /logout',
        'POST /register',
        'POST /reset-password',
        'POST /undo-email-change',
        'POST /verify-email',
        'POST /verify-email/resend',
      ]
        .map((route) => route.replace(':hash', assetsHash()))
        .sort(),
    );
  });

  it('every JSON route answers the envelope, but where a standard says what the answer is', async () => {
    const bare = ['/.well-known/jwks.json', '/docs/openapi.json', '/dev/mailbox.json'];
    const paths = routes().filter(({ path }) => /^\/(api|health)\b|json$/.test(path) && !bare.includes(path));
    expect(paths.length).toBeGreaterThanOrEqual(10);
    for (const { method, path } of paths) {
      const { body, status } = await test.api.send(method, path);
      expect(Object.keys(body).sort()).toEqual(['message', 'server', 'status', status < 400 ? 'data' : 'error'].sort());
      expect(body.status).toBe(status);
    }
  });

  it('every body goes through a pipe that checks it', () => {
    const bodies = controllers().flatMap(({ type, handlers }) =>
      handlers.flatMap((handler) => {
        const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, type, handler) ?? {}) as Record<
          string,
          { pipes: unknown[] }
        >;
        // Nest numbers the kinds of arguments; 3 is the body.
        return Object.entries(args)
          .filter(([key]) => key.startsWith('3:'))
          .map(([, { pipes }]) => ({ handler: `${type.name}.${handler}`, pipes: pipes.length }));
      }),
    );
    expect(bodies.length).toBeGreaterThanOrEqual(4);
    expect(bodies.filter(({ pipes }) => pipes === 0)).toEqual([]);
  });

  it('every error has a status of its kind and words that end as sentences', () => {
    for (const [code, { status, message, error }] of Object.entries(ERROR_CODES)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(message).toMatch(/^[A-Z].*[^.]$/);
      // The original wrote this one without a full stop.
      if (code !== 'user_not_found') expect(error).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('openapi.json is what the application says (npm run openapi writes it anew)', () => {
    const committed: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../openapi.json'), 'utf8'));
    expect(JSON.parse(JSON.stringify(createOpenApi(test.app)))).toEqual(committed);
  });

  it('every operation of openapi.json says what it is for', () => {
    const { paths } = createOpenApi(test.app);
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, { summary?: string }>).map(([method, { summary }]) => [
        method,
        path,
        summary,
      ]),
    );
    expect(operations.length).toBeGreaterThanOrEqual(12);
    expect(operations.filter(([, , summary]) => !/^[A-Z].*\.$/.test(summary ?? ''))).toEqual([]);
  });

  it('every operation of openapi.json that may need the database says that it may be away', () => {
    const silent = Object.entries(createOpenApi(test.app).paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, { responses: object }>)
        .filter(([, { responses }]) => !('503' in responses))
        .map(([method]) => `${method} ${path}`),
    );
    expect(silent).toEqual(['get /health/live']);
  });

  /** The routes that the server really has, but HEAD beside GET. */
  function routes(): { method: string; path: string }[] {
    const known = test.app.getHttpAdapter().getInstance().allowedMethods.all();
    return known.flatMap(({ path, methods }) =>
      methods.filter((method) => method !== 'HEAD').map((method) => ({ method, path })),
    );
  }

  function assetsHash(): string {
    return (
      routes()
        .find(({ path }) => path.endsWith('/app.css'))
        ?.path.split('/')[2] ?? ''
    );
  }

  function controllers(): { type: { name: string; prototype: object }; handlers: string[] }[] {
    const modules = [...test.app.get(ModulesContainer).values()];
    const found = modules
      .flatMap(({ controllers: wrappers }) => [...wrappers.values()])
      .map(({ metatype }) => metatype as unknown as { name: string; prototype: object });
    return found.map((type) => ({
      type,
      handlers: Object.getOwnPropertyNames(type.prototype).filter((name) => name !== 'constructor'),
    }));
  }
});
