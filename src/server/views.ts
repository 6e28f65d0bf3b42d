import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import hbs from 'hbs';

/** When not even the error page can be shown. */
const NO_PAGE = 'Something went wrong on our side.';

const VIEWS = join(import.meta.dirname, '../../views');

declare module 'fastify' {
  interface FastifyReply {
    /** Renders `views/<name>.hbs` inside the layout and sends it. Nest's `@Render` calls this. */
    view(name: string, model?: object): FastifyReply;
  }
}

interface Block {
  fn: (context: unknown) => string;
}

/** hbs's `__express`, which its types call a string. */
type RenderFile = (path: string, model: object, done: (error: Error | null | undefined, page: string) => void) => void;

/**
 * Handlebars behind `reply.view`, as Nest's `@Render` expects it. The model is built by the controllers and never holds
 * anything of the request as it came: hbs reads options such as `layout` from it (CVE-2021-32822).
 */
export async function registerViews(instance: FastifyInstance, assetsPath: string): Promise<void> {
  const engine = hbs.create();
  engine.registerHelper('asset', (name: string) => `${assetsPath}/${name}`);
  engine.registerHelper('is', function (this: unknown, left: unknown, right: unknown, options: Block) {
    return left === right ? options.fn(this) : '';
  });
  await new Promise<void>((resolve) => {
    engine.registerPartials(join(VIEWS, 'partials'), () => resolve());
  });
  const settings = { views: VIEWS, 'view options': { layout: 'layouts/page' } };
  const { __express: render } = engine as unknown as { __express: RenderFile };
  instance.decorateReply('view', function (this: FastifyReply, name, model = {}) {
    render(join(VIEWS, `${name}.hbs`), { ...model, settings, cache: true }, (error, page) => {
      if (error) this.log.error({ requestId: this.request.id, err: error }, 'a view could not be rendered');
      const isFine = !error;
      void (isFine
        ? this.type('text/html; charset=utf-8').send(page)
        : this.code(500).type('text/plain').send(NO_PAGE));
    });
    return this;
  });
}
