import { resolve } from 'node:path';
import { Environment } from '../config/environment.js';
import { embeddedPath } from '../config/settings-facts.js';
import type { EmbeddedDatabaseSettings, ServerDatabaseSettings } from '../config/settings.js';
import { CopyError } from '../database/copy.js';
import { askHidden } from './hidden-prompt.js';

/** How long another program that has the file open is waited for. */
const SOURCE_DEADLINE_MS = 1_000;
/** To connect: nobody waits for an answer as a client of the server does. */
const TARGET_DEADLINE_MS = 10_000;

/** @param from as in `sqlite:data/kunci.db`; without it the file of the settings @throws CopyError */
export function readSource(from: string | undefined, variables: NodeJS.ProcessEnv): EmbeddedDatabaseSettings {
  const [, path] = from === undefined ? [from, embeddedPath(variables)] : (/^sqlite:(.+)$/s.exec(from) ?? []);
  if (path === undefined) throw new CopyError('--from must name an SQLite file, such as sqlite:data/kunci.db.');
  return { type: 'sqlite', path: resolve(path), migrate: false, deadlineMs: SOURCE_DEADLINE_MS };
}

/** Never told with what is wrong: it may hold a password. @throws CopyError */
export function readTarget(to: string): ServerDatabaseSettings {
  const url = URL.canParse(to) ? new URL(to) : undefined;
  const type = (['mysql', 'mariadb'] as const).find((scheme) => url?.protocol === `${scheme}:`);
  const [, name = ''] = /^\/([^/]+)$/.exec(url?.pathname ?? '') ?? [];
  if (!url || !type || !name || !url.hostname || !url.username || url.search || url.hash) {
    throw new CopyError('--to must be a URL such as mysql://user@127.0.0.1:3306/kunci, or mariadb://.');
  }
  return {
    type,
    // Without the brackets of an IPv6 address.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || 3306),
    username: decode(url.username),
    password: decode(url.password),
    name: decode(name),
    migrate: true,
    deadlineMs: TARGET_DEADLINE_MS,
    poolSize: 2,
  };
}

/** From the URL, else from COPY_PASSWORD or the file that COPY_PASSWORD_FILE names, else from a person at a terminal, else none. */
export async function withPassword(
  target: ServerDatabaseSettings,
  variables: NodeJS.ProcessEnv,
): Promise<ServerDatabaseSettings> {
  if (target.password) return target;
  const env = new Environment(variables);
  const password = env.secret('COPY_PASSWORD');
  if (env.faults[0] !== undefined) throw new CopyError(`${env.faults[0]}.`);
  if (password !== undefined) return { ...target, password };
  if (!process.stdin.isTTY) return target;
  return { ...target, password: await askHidden(`Password of ${target.username} at ${target.host}: `) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CopyError('--to must be a URL in which every % is written %25.');
  }
}
