import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { toReference } from './api-reference.js';

const responses = { '200': { description: 'Done.' } };

const documentOf = (paths: OpenAPIObject['paths'], schemas: NonNullable<OpenAPIObject['components']>['schemas'] = {}) =>
  ({
    openapi: '3.1.0',
    info: { title: 'Probe', version: '1' },
    paths,
    components: { schemas },
  }) satisfies OpenAPIObject;

const bodyOf = (name: string) => ({
  required: true,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
});

describe('toReference', () => {
  it('is empty for a document without paths', () => {
    expect(toReference(documentOf({}))).toEqual([]);
  });

  it('has one entry an operation, in the order of the paths', () => {
    const document = documentOf({
      '/z': { post: { responses } },
      '/a': { get: { responses }, delete: { responses } },
      '/m': { put: { responses }, patch: { responses } },
    });
    expect(toReference(document).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /z',
      'GET /a',
      'DELETE /a',
      'PUT /m',
      'PATCH /m',
    ]);
  });

  it('passes over what is no operation', () => {
    const document = documentOf({ '/a': { summary: 'A path', parameters: [], get: { responses } }, '/b': {} });
    expect(toReference(document)).toHaveLength(1);
  });

  it.each([
    ['names a scheme', [{ bearer: [] }], true],
    ['is empty', [], false],
    ['is missing', undefined, false],
    ['names another scheme', [{ basic: [] }], false],
  ])('tells whether a token is needed if the security %s', (_what, security, needsToken) => {
    expect(toReference(documentOf({ '/a': { get: { responses, security } } }))).toMatchObject([{ needsToken }]);
  });

  it('tells what an operation is for, and whether it needs a client', () => {
    const document = documentOf({ '/a': { get: { summary: 'Asks.', responses, security: [{ basic: [] }] } } });
    expect(toReference(document)).toMatchObject([{ summary: 'Asks.', needsClient: true, needsToken: false }]);
  });

  it('has the answers with their descriptions', () => {
    const document = documentOf({
      '/a': { get: { responses: { '200': { description: 'Done.' }, '401': { description: 'Who are you?' } } } },
    });
    expect(toReference(document)[0]?.answers).toEqual([
      { status: '200', description: 'Done.' },
      { status: '401', description: 'Who are you?' },
    ]);
  });

  describe('the fields', () => {
    const fieldsOf = (property: object) =>
      toReference(
        documentOf(
          { '/a': { post: { responses, requestBody: bodyOf('ProbeDto') } } },
          { ProbeDto: { properties: { word: property } } },
        ),
      )[0]?.fields;

    it.each([
      ['both bounds', { minLength: 8, maxLength: 1024 }, '8 to 1024 characters'],
      ['one as the least', { minLength: 1, maxLength: 150 }, '1 to 150 characters'],
      ['one as the least if there is none', { maxLength: 150 }, '1 to 150 characters'],
      ['no bounds without a maximum', {}, ''],
    ])('have %s', (_what, lengths, bounds) => {
      const property = { type: 'string', description: 'Shown as given.', example: 'Ana', ...lengths };
      expect(fieldsOf(property)).toEqual([{ name: 'word', bounds, description: 'Shown as given.', example: '"Ana"' }]);
    });

    it('may go without a description', () => {
      expect(fieldsOf({ type: 'string', example: 'Ana' })).toMatchObject([{ description: undefined }]);
    });

    it.each([
      ['a text', 'say "hi"', '"say \\"hi\\""'],
      ['a number', 5, '5'],
      ['an object', { a: [1] }, '{"a":[1]}'],
    ])('show %s in JSON', (_what, example, json) => {
      expect(fieldsOf({ example })).toMatchObject([{ example: json }]);
    });

    it('stand in the order of the schema', () => {
      const schemas = { ProbeDto: { properties: { z: { example: 1 }, a: { example: 2 }, m: { example: 3 } } } };
      const document = documentOf({ '/a': { post: { responses, requestBody: bodyOf('ProbeDto') } } }, schemas);
      expect(toReference(document)[0]?.fields.map(({ name }) => name)).toEqual(['z', 'a', 'm']);
    });

    it.each([
      ['has no body', undefined],
      ['has a body of another type', { content: { 'text/plain': { schema: { type: 'string' } } } }],
      ['has a body whose schema has no name', { content: { 'application/json': { schema: { type: 'object' } } } }],
      ['has a body whose schema is unknown', bodyOf('UnknownDto')],
    ])('are none if the operation %s', (_what, requestBody) => {
      expect(toReference(documentOf({ '/a': { post: { responses, requestBody } } }))).toMatchObject([{ fields: [] }]);
    });
  });
});
