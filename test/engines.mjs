// Finds the database engines at hand and starts a private, throwaway server for each.
import { askVersion, DatabaseServer } from './database-server.mjs';

export const ENGINES = ['sqlite', 'mariadb', 'mysql'];

/**
 * @typedef {{ name: string, version: string, url?: string, stop: () => Promise<void> }} Engine
 * @returns {Promise<{ running: Engine[], missing: { name: string, why: string }[] }>}
 */
export async function startEngines(names = ENGINES) {
  const running = [];
  const missing = [];
  for (const name of names) {
    try {
      running.push(await startEngine(name));
    } catch (error) {
      missing.push({ name, why: error.message });
    }
  }
  return { running, missing };
}

async function startEngine(name) {
  if (name === 'sqlite') return { name, version: 'embedded', stop: async () => {} };
  const named = await fromUrl(process.env.TEST_DATABASE_URL, name);
  if (named) return named;
  const server = await DatabaseServer.create(name);
  try {
    return { name, version: await server.start(), url: server.url, stop: () => server.destroy() };
  } catch (error) {
    await server.destroy();
    throw error;
  }
}

/** The server that TEST_DATABASE_URL names, if it is of this kind. */
export async function fromUrl(url, name) {
  if (!url) return undefined;
  const version = await askVersion(url);
  if ((/mariadb/i.test(version) ? 'mariadb' : 'mysql') !== name) return undefined;
  return { name, version, url, stop: async () => {} };
}
