import { readSettings } from '../../src/config/env.js';
import type { Settings } from '../../src/config/settings.js';
import { SettingsError } from '../../src/config/environment.js';

export const SECRET_KEY = 'seed-recording-secret-0123456789abcdef';
export const SERVER = { DB_HOST: 'db.internal', DB_USERNAME: 'kunci', DB_NAME: 'kunci_users' };
export const MYSQL = { ...SERVER, DB_TYPE: 'mysql', SECRET_KEY };

/** @returns what `readSettings` finds wrong; empty if it finds nothing */
export function faultsOf(variables: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(variables);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

export const faultyNames = (variables: NodeJS.ProcessEnv) => faultsOf(variables).map((fault) => fault.split(' ', 1)[0]);

export const keyOf = ({ secrets }: Settings) => secrets.current.export().toString('utf8');

/** Every default is readable without a secret of its own, which the embedded database would write to a file. */
export const readWithSecret = (variables: NodeJS.ProcessEnv) => readSettings({ SECRET_KEY, ...variables });
