import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readSettings, readSources, type Sources } from './env.js';
import type { EnvFile } from './env-file.js';
import { SettingsError } from './environment.js';
import { threadsOfWorker } from './processes.js';
import type { Settings } from './settings.js';

/** What there is to say about the settings without starting anything. Names and paths; a value only in `settings`. */
export interface SettingsFacts {
  /** Undefined if they have faults. */
  readonly settings: Settings | undefined;
  readonly faults: readonly string[];
  readonly envFile: EnvFile;
  /** Every variable that Kunci reads, on any engine. */
  readonly knownNames: readonly string[];
  /** Variables that are set and not empty. */
  readonly environmentNames: readonly string[];
  readonly envFileNames: readonly string[];
  /** Variables that `.env` sets in vain, because the environment has another value. */
  readonly overriddenNames: readonly string[];
  /** Files that hold secrets and are there. */
  readonly secretFiles: readonly { readonly name: string; readonly path: string }[];
  /** The first start makes this one; its place is taken by a random one until then. */
  readonly secretToBeMade: string | undefined;
  /** UV_THREADPOOL_SIZE of the environment; without it `npm start` chooses, or Node does. */
  readonly threads: number | undefined;
}

/** Reads the settings as the server does, and makes nothing: no secret, no folder. */
export function readSettingsFacts({ environment, envFile }: Sources = readSources()): SettingsFacts {
  const effective = { ...envFile.variables };
  // From `.env` it comes too late for libuv.
  delete effective.UV_THREADPOOL_SIZE;
  const variables = { ...effective, ...environment };
  const secretToBeMade = findSecretToBeMade(variables);
  const isSet = (source: NodeJS.ProcessEnv) => Object.keys(source).filter((name) => source[name]);
  const read = () =>
    tryToRead({
      // The same as `npm start`: a check of the thread pool tells of the other ways to start.
      UV_THREADPOOL_SIZE: String(threadsOfWorker()),
      ...variables,
      ...(secretToBeMade && { SECRET_KEY: SECRET_IN_ITS_PLACE }),
    });
  return {
    // Without an unreadable `.env` these would be other settings than the server is meant to have.
    ...(envFile.fault === undefined ? read() : { settings: undefined, faults: [envFile.fault] }),
    envFile,
    knownNames: namesRead(),
    environmentNames: isSet(environment),
    envFileNames: isSet(envFile.variables),
    overriddenNames: Object.keys(effective).filter(
      (name) => environment[name] !== undefined && environment[name] !== effective[name],
    ),
    secretFiles: findSecretFiles(variables),
    secretToBeMade,
    threads: Number(variables.UV_THREADPOOL_SIZE) || undefined,
  };
}

const SECRET_IN_ITS_PLACE = 'never used: only there so that no secret is made 0123456789';

function tryToRead(variables: NodeJS.ProcessEnv): Pick<SettingsFacts, 'settings' | 'faults'> {
  try {
    return { settings: readSettings(variables), faults: [] };
  } catch (error) {
    if (error instanceof SettingsError) return { settings: undefined, faults: error.faults };
    throw error;
  }
}

/** Asks the reading itself, so that no second list of names can fall behind. */
function namesRead(): string[] {
  const names = new Set<string>();
  const note = (variables: NodeJS.ProcessEnv, name: string) => {
    names.add(name);
    return variables[name];
  };
  // The secret is too short: a fault, before anything could be made.
  for (const DB_TYPE of ['sqlite', 'mysql']) tryToRead(new Proxy({ DB_TYPE, SECRET_KEY: 'x' }, { get: note }));
  return [...names];
}

/** The SQLite file, whether it is used or not. */
export const embeddedPath = ({ DB_PATH }: NodeJS.ProcessEnv): string => resolve(DB_PATH || join('data', 'kunci.db'));

const embeddedSecretPath = (variables: NodeJS.ProcessEnv) => join(dirname(embeddedPath(variables)), 'secret.key');

/** @returns its path if reading these settings would make it */
function findSecretToBeMade(variables: NodeJS.ProcessEnv): string | undefined {
  const { DB_TYPE, DB_HOST, SECRET_KEY, SECRET_KEY_FILE } = variables;
  const isEmbedded = (DB_TYPE || (DB_HOST ? 'mysql' : 'sqlite')) === 'sqlite';
  if (!isEmbedded || SECRET_KEY || SECRET_KEY_FILE) return undefined;
  const path = embeddedSecretPath(variables);
  const isPrevious = variables.SECRET_KEY_PREVIOUS || variables.SECRET_KEY_PREVIOUS_FILE;
  // A database whose secret is missing is a fault, which the reading finds without making one.
  const isMissed = existsSync(embeddedPath(variables)) && !isPrevious;
  return existsSync(path) || isMissed ? undefined : path;
}

function findSecretFiles(variables: NodeJS.ProcessEnv): { name: string; path: string }[] {
  const named = namesRead()
    .filter((name) => name.endsWith('_FILE') && variables[name])
    .map((name) => ({ name, path: resolve(variables[name] ?? '') }));
  const usual = [
    { name: '.env', path: resolve('.env') },
    { name: 'secret.key', path: embeddedSecretPath(variables) },
  ];
  return [...named, ...usual].filter(({ path }) => existsSync(path) && statSync(path).isFile());
}
