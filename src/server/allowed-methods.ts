import type { FastifyInstance, RouteOptions } from 'fastify';

/**
 * Remembers which methods each route takes, so that a wrong method can be told from an unknown path: the router
 * itself answers both alike.
 */
export class AllowedMethods {
  private readonly routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  constructor(instance: FastifyInstance) {
    instance.addHook('onRoute', (route: RouteOptions) => this.add(route));
  }

  /** @returns the methods of the routes at this path, sorted; empty if there is none */
  of(path: string): string[] {
    const methods = [...this.routes.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((route) => [...route.methods]);
    return [...new Set(methods)].sort();
  }

  all(): { path: string; methods: string[] }[] {
    return [...this.routes].map(([path, { methods }]) => ({ path, methods: [...methods] }));
  }

  private add({ url, method }: RouteOptions): void {
    const route = this.routes.get(url) ?? { pattern: toPattern(url), methods: new Set<string>() };
    for (const name of [method].flat()) route.methods.add(name);
    this.routes.set(url, route);
  }
}

/** `/a/:id/*` → a pattern that matches the paths that the route matches. */
function toPattern(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[^/]+/g, '[^/]+')
    .replace(/\*/g, '.*');
  return new RegExp(`^${source}$`);
}
