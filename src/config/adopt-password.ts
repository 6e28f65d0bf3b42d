import { Environment, SettingsError } from './environment.js';

/**
 * The password of the database that accounts are adopted from: `ADOPT_PASSWORD`, or the file that `ADOPT_PASSWORD_FILE`
 * names. A command line is no place for it.
 * @throws SettingsError if the file cannot be read
 */
export function readAdoptPassword(variables: NodeJS.ProcessEnv): string | undefined {
  const env = new Environment(variables);
  const password = env.secret('ADOPT_PASSWORD');
  if (env.faults.length > 0) throw new SettingsError(env.faults);
  return password;
}
