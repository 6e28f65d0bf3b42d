import { beforeAll, describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { AllowedMethods } from './allowed-methods.js';

describe('AllowedMethods', () => {
  let allowed: AllowedMethods;
  beforeAll(async () => {
    const instance = fastify();
    allowed = new AllowedMethods(instance);
    const answer = () => 'here';
    instance.get('/', answer);
    instance.get('/page', answer);
    instance.post('/page', answer);
    instance.post('/only-post', answer);
    instance.route({ method: ['PUT', 'PATCH'], url: '/several', handler: answer });
    instance.get('/a/:id', answer);
    instance.delete('/a/:id', answer);
    instance.post('/a/known', answer);
    instance.get('/a/:id/parts/:part', answer);
    instance.get('/assets/*', answer);
    instance.get('/feed.json', answer);
    await instance.register((nested) => nested.put('/inside', answer), { prefix: '/nested' });
    await instance.ready();
  });

  it.each([
    ['a HEAD beside each GET', '/', ['GET', 'HEAD']],
    ['all methods of a path, sorted', '/page', ['GET', 'HEAD', 'POST']],
    ['no HEAD without a GET', '/only-post', ['POST']],
    ['the methods of one route', '/several', ['PATCH', 'PUT']],
    ['a parameter', '/a/1', ['DELETE', 'GET', 'HEAD']],
    ['a parameter with symbols', '/a/x-1.2', ['DELETE', 'GET', 'HEAD']],
    ['a static path beside a parameter', '/a/known', ['DELETE', 'GET', 'HEAD', 'POST']],
    ['two parameters', '/a/1/parts/2', ['GET', 'HEAD']],
    ['everything below a wildcard', '/assets/css/site.css', ['GET', 'HEAD']],
    ['a path with a dot', '/feed.json', ['GET', 'HEAD']],
    ['a route of a plugin, with its prefix', '/nested/inside', ['PUT']],
  ])('knows %s', (_what, path, methods) => {
    expect(allowed.of(path)).toEqual(methods);
  });

  it.each([
    ['an unknown path', '/nothing'],
    ['nothing', ''],
    ['the start of a path', '/pag'],
    ['a path with more behind it', '/page/more'],
    ['a path with a slash at the end', '/page/'],
    ['a path with more before it', '/more/page'],
    ['another letter case', '/Page'],
    ['the folder of a parameter', '/a'],
    ['a parameter with a slash', '/a/1/2'],
    ['another letter for the dot', '/feedxjson'],
    ['a plugin without its prefix', '/inside'],
  ])('knows no method for %s', (_what, path) => {
    expect(allowed.of(path)).toEqual([]);
  });
});
