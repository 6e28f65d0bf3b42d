import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const PUBLIC_FOLDER = join(import.meta.dirname, '../../public');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Serves the few files of `public/` from memory, each as a route of its own: no path of a request ever reaches the file
 * system, and no page waits for a disk or for the threads that hash passwords. Their path names their content, so that
 * browsers may keep them for a year and still see a new release at once.
 * @returns that path
 */
export function registerAssets(instance: FastifyInstance): string {
  const files = readdirSync(PUBLIC_FOLDER).map((name) => ({ name, content: readFileSync(join(PUBLIC_FOLDER, name)) }));
  const hash = files.reduce((sum, { name, content }) => sum.update(name).update(content), createHash('sha256'));
  const path = `/assets/${hash.digest('hex').slice(0, 16)}`;
  for (const { name, content } of files) {
    const type = TYPES[extname(name)];
    if (type === undefined) throw new Error(`public/${name} has no known content type.`);
    instance.get(`${path}/${name}`, (_request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(type).send(content),
    );
  }
  return path;
}
