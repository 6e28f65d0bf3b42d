import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import hbs from 'hbs';
import { pathOf } from '../http/envelope.js';
import { LANGUAGES, nameOf, type Text } from '../i18n/languages.js';
import { languageOf } from '../i18n/request-language.js';
import { translateInView } from '../i18n/view-helper.js';

/** When not even the error page can be shown. */
const NO_PAGE = 'Something went wrong on our side.';

const VIEWS = join(import.meta.dirname, '../../views');

/** What a page shows. Its texts are in English: the view translates. */
export interface PageModel {
  readonly title: Text;
  readonly notice?: Text | undefined;
  readonly problem?: Text | undefined;
  readonly [name: string]: unknown;
}

declare module 'fastify' {
  interface FastifyReply {
    /** Renders `views/<name>.hbs` inside the layout and sends it. Nest's `@Render` calls this. */
    view(name: string, model: PageModel): FastifyReply;
  }
}

interface Block {
  fn: (context: unknown) => string;
}

/** hbs's, whose types do not know of its options. */
type RegisterPartials = (folder: string, options: { rename: (name: string) => string }, done: () => void) => void;

/** hbs's `__express`, which its types call a string. */
type RenderFile = (path: string, model: object, done: (error: Error | null | undefined, page: string) => void) => void;

/**
 * Handlebars behind `reply.view`, as Nest's `@Render` expects it. The model is built by the controllers and never holds
 * anything of the request as it came: hbs reads options such as `layout` from it (CVE-2021-32822).
 * @param facts what every page may show
 */
export async function registerViews(instance: FastifyInstance, assetsPath: string, facts: object): Promise<void> {
  const engine = hbs.create();
  registerHelpers(engine, assetsPath);
  const { registerPartials } = engine as unknown as { registerPartials: RegisterPartials };
  await new Promise<void>((resolve) => {
    // By the names of their files: hbs would call `new-password` `new_password`.
    registerPartials.call(engine, join(VIEWS, 'partials'), { rename: (name) => name }, resolve);
  });
  const settings = { views: VIEWS, 'view options': { layout: 'layouts/page' } };
  const { __express: render } = engine as unknown as { __express: RenderFile };
  instance.decorateReply('view', function (this: FastifyReply, name, model) {
    const shown = { ...facts, ...model, ...languagesFor(this.request), settings, cache: true };
    render(join(VIEWS, `${name}.hbs`), shown, (error, page) => {
      if (error) this.log.error({ requestId: this.request.id, err: error }, 'a view could not be rendered');
      const isFine = !error;
      void (isFine
        ? this.type('text/html; charset=utf-8').send(page)
        : this.code(500).type('text/plain').send(NO_PAGE));
    });
    return this;
  });
}

function registerHelpers(engine: ReturnType<typeof hbs.create>, assetsPath: string): void {
  const { escapeExpression, SafeString } = engine.handlebars;
  engine.registerHelper('t', translateInView);
  engine.registerHelper('asset', (name: string) => `${assetsPath}/${name}`);
  engine.registerHelper('is', function (this: unknown, left: unknown, right: unknown, options: Block) {
    return left === right ? options.fn(this) : '';
  });
  // Every other piece between `backticks` is code.
  engine.registerHelper('code', (text: string) => {
    const pieces = text.split('`').map((piece) => escapeExpression(piece));
    return new SafeString(pieces.map((piece, index) => (index % 2 ? `<code>${piece}</code>` : piece)).join(''));
  });
}

/** The language of the page, and what its switch shows: the others, and where to go on in them. */
function languagesFor(request: FastifyRequest): object {
  const language = languageOf(request);
  const languages = LANGUAGES.map((code) => ({ code, name: nameOf(code), isCurrent: code === language }));
  return { language, languages, back: backPath(request) };
}

/** Where there is no page to get, the way on is to the start. Never a query, which may hold a token. */
function backPath({ url, server }: FastifyRequest): string {
  const isPage = server.allowedMethods.of(pathOf(url)).includes('GET');
  return isPage ? (url.split(/[?#]/, 1)[0] ?? '/') : '/';
}
