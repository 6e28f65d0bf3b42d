import { Environment } from '../config/environment.js';
import { OperatorError } from '../http/operator-error.js';
import { visible } from '../i18n/visible.js';
import type { ServerLocation } from '../sources/server-url.js';
import { askHidden, isTerminal } from './prompt.js';

/**
 * Of another database than Kunci's own: from its URL, else from the variable of that name or the file that NAME_FILE
 * names, else from a person at a terminal, else none.
 * @throws OperatorError if the file cannot be read
 */
export async function findPassword(
  { username, host, password }: ServerLocation,
  name: 'ADOPT_PASSWORD' | 'COPY_PASSWORD',
  variables: NodeJS.ProcessEnv,
): Promise<string> {
  if (password !== undefined) {
    process.stderr.write('Everybody on this machine can read the password of the URL while this runs.\n');
    return password;
  }
  const env = new Environment(variables);
  const given = env.secret(name);
  if (env.faults.length > 0) throw new OperatorError(`${env.faults.join('. ')}.`);
  if (given !== undefined || !isTerminal()) return given ?? '';
  return askHidden(`Password of ${visible(username)} at ${visible(host)}: `);
}
