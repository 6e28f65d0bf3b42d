import { resolve } from 'node:path';
import { UsageError } from '../http/operator-error.js';
import { embeddedPath } from '../config/settings-facts.js';
import type { EmbeddedDatabaseSettings, ServerDatabaseSettings } from '../config/settings.js';
import { parseServerUrl } from '../sources/server-url.js';
import { findPassword } from './server-password.js';

/** How long another program that has the file open is waited for. */
const SOURCE_DEADLINE_MS = 1_000;
/** To connect: nobody waits for an answer as a client of the server does. */
const TARGET_DEADLINE_MS = 10_000;

/** @param from as in `sqlite:data/kunci.db`; without it the file of the settings @throws UsageError */
export function readSource(from: string | undefined, variables: NodeJS.ProcessEnv): EmbeddedDatabaseSettings {
  const [, path] = from === undefined ? [from, embeddedPath(variables)] : (/^sqlite:(.+)$/s.exec(from) ?? []);
  if (path === undefined) throw new UsageError('--from must name an SQLite file, such as sqlite:data/kunci.db.');
  return { type: 'sqlite', path: resolve(path), migrate: false, deadlineMs: SOURCE_DEADLINE_MS };
}

/** What is wrong is never shown: it may hold a password. @throws UsageError, OperatorError */
export async function readTarget(to: string, variables: NodeJS.ProcessEnv): Promise<ServerDatabaseSettings> {
  const type = (['mysql', 'mariadb'] as const).find((scheme) => to.startsWith(`${scheme}://`));
  const server = parseServerUrl(to);
  if (!type || !server) {
    throw new UsageError(
      '--to must be a URL such as mysql://user@127.0.0.1:3306/kunci, or mariadb://, in which every #, @ and % of a name or ' +
        'password is written %23, %40 and %25.',
    );
  }
  const { host, port, username, database: name } = server;
  const password = await findPassword(server, 'COPY_PASSWORD', variables);
  const limits = { migrate: true, deadlineMs: TARGET_DEADLINE_MS, poolSize: 2 };
  return { type, host, port, username, password, name, ...limits };
}
