import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const PUBLIC_FOLDER = join(import.meta.dirname, '../../public');

/**
 * Serves `public/` below a path that names its content, so that browsers may keep every file for a year and still see
 * a new release at once.
 * @returns that path
 */
export async function registerAssets(instance: FastifyInstance): Promise<string> {
  const path = `/assets/${hashOf(PUBLIC_FOLDER)}`;
  await instance.register(fastifyStatic, { root: PUBLIC_FOLDER, prefix: `${path}/`, index: false, immutable: true, maxAge: '365d' });
  return path;
}

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
