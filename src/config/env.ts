import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { expectEmbeddedDatabase } from './embedded-database.js';
import { type EnvFile, readEnvFile } from './env-file.js';
import { Environment, SettingsError } from './environment.js';
import { isLoopback } from './loopback.js';
import { readAccounts, readMail } from './mail.js';
import { readHashConcurrency, readWorkers, threadsOfWorker } from './processes.js';
import { checkSecret, readIntrospection, readPreviousSecretKey, readSecretKey } from './secrets.js';
import { type DatabaseSettings, LOG_LEVELS, type Settings } from './settings.js';

const DAY = 86_400;

/**
 * Reads `.env` of the working directory, if there is one. Variables that are already set win.
 * @throws SettingsError if it is there and cannot be read: without it other settings would hold than are meant
 */
export function loadEnvFile(): void {
  const { variables, fault } = readEnvFile();
  if (fault !== undefined) throw new SettingsError([fault]);
  for (const [name, value] of Object.entries(variables)) {
    // Too late for this one: the pool has been made. Its size must not be thought to be another one.
    if (name !== 'UV_THREADPOOL_SIZE') process.env[name] ??= value;
  }
}

/** What one of several processes gets in its environment on top of this process's own. */
export function workerEnvironment(variables: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { UV_THREADPOOL_SIZE: variables.UV_THREADPOOL_SIZE || String(threadsOfWorker()) };
}

/** Both places that settings come from, before one is laid over the other. Sets nothing. */
export function readSources(): Sources {
  return { environment: process.env, envFile: readEnvFile() };
}

export interface Sources {
  readonly environment: NodeJS.ProcessEnv;
  readonly envFile: EnvFile;
}

/** @param mayMakeDatabase without it a missing embedded database is a fault @throws SettingsError with all faults */
export function readSettings(variables: NodeJS.ProcessEnv = process.env, mayMakeDatabase = true): Settings {
  const env = new Environment(variables);
  const database = readDatabase(env);
  if (!mayMakeDatabase) expectEmbeddedDatabase(env, database);
  const redisUrl = readRedisUrl(env);
  const workers = readWorkers(env, database, redisUrl);
  const http = readHttp(env);
  const mail = readMail(env, { http, workers });
  const others: Omit<Settings, 'secrets'> = {
    http,
    workers,
    database,
    redisUrl,
    accessToken: {
      ttlSeconds: env.seconds('ACCESS_TOKEN_TTL', { min: 60, max: 86_400, fallback: 900 }),
      issuer: env.text('TOKEN_ISSUER') ?? 'kunci',
      audience: env.text('TOKEN_AUDIENCE') ?? 'kunci-api',
    },
    sessions: readSessions(env),
    introspection: readIntrospection(env),
    passwords: {
      bcryptCost: env.integer('BCRYPT_COST', { min: 10, max: 15, fallback: 12 }),
      hashConcurrency: readHashConcurrency(env, workers),
      policy: env.choice('PASSWORD_POLICY', ['classic', 'nist'], 'classic'),
      breachedUrl: readBreachedUrl(env),
    },
    mail,
    accounts: readAccounts(env, mail),
    metrics: readMetrics(env, http),
    audit: { keptSeconds: env.seconds('AUDIT_KEPT', { min: DAY, max: 4000 * DAY, fallback: 90 * DAY }) },
    logLevel: env.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  const previous = readPreviousSecretKey(env);
  // Last, because it may make one, and must not where anything is wrong.
  const settings: Settings = { ...others, secrets: { current: readSecretKey(env, database), previous } };
  if (env.faults.length > 0) throw new SettingsError(env.faults);
  return deepFreeze(settings);
}

/** How many hash at once is the server's: the thread pool of a command may be smaller than the one that `npm start` makes. */
export function readCommandSettings(mayMakeDatabase = false): Settings {
  return readSettings({ ...process.env, HASH_CONCURRENCY: undefined }, mayMakeDatabase);
}

function readHttp(env: Environment): Settings['http'] {
  return {
    host: env.text('HOST') ?? '127.0.0.1',
    port: env.integer('PORT', { min: 0, max: 65_535, fallback: 8080 }),
    trustProxy: readTrustProxy(env),
    rateLimits: env.choice('RATE_LIMITS', ['on', 'off'], 'on') === 'on',
    maxConnections: env.integer('MAX_CONNECTIONS', { min: 10, max: 1_000_000, fallback: 10_000 }),
  };
}

function readDatabase(env: Environment): DatabaseSettings {
  const fallback = env.text('DB_HOST') === undefined ? 'sqlite' : 'mysql';
  const type = env.choice('DB_TYPE', ['sqlite', 'mysql', 'mariadb'], fallback);
  const migrate = env.choice('DB_MIGRATE', ['on', 'off'], 'on') === 'on';
  const deadlineMs = env.seconds('DB_DEADLINE', { min: 1, max: 60, fallback: 2 }) * 1000;
  if (type === 'sqlite') {
    // Someone who sets these means a server: falling back to SQLite in silence would hide the mistake.
    const meant = ['DB_NAME', 'DB_USERNAME', 'DB_PASSWORD', 'DB_PASSWORD_FILE', 'DB_PORT'].find((name) =>
      env.text(name),
    );
    if (env.text('DB_TYPE') === undefined && meant) {
      env.fault('DB_HOST', `is required because ${meant} is set; for the embedded database set DB_TYPE=sqlite`);
    }
    return { type, path: resolve(env.text('DB_PATH') ?? join('data', 'kunci.db')), migrate, deadlineMs };
  }
  return {
    type,
    host: env.requiredText('DB_HOST'),
    port: env.integer('DB_PORT', { min: 1, max: 65_535, fallback: 3306 }),
    username: env.requiredText('DB_USERNAME'),
    password: env.secret('DB_PASSWORD') ?? '',
    name: env.requiredText('DB_NAME'),
    migrate,
    deadlineMs,
    poolSize: env.integer('DB_POOL_SIZE', { min: 2, max: 500, fallback: 10 }),
  };
}

function readSessions(env: Environment): Settings['sessions'] {
  return {
    idleSeconds: env.seconds('SESSION_IDLE_TTL', { min: 300, max: 400 * DAY, fallback: 14 * DAY }),
    absoluteSeconds: env.seconds('SESSION_ABSOLUTE_TTL', { min: 300, max: 400 * DAY, fallback: 90 * DAY }),
    refreshGraceSeconds: env.seconds('REFRESH_GRACE', { min: 0, max: 60, fallback: 10 }),
  };
}

function readTrustProxy(env: Environment): string[] {
  const addresses = env.list('TRUST_PROXY');
  const isAddressOrRange = (item: string) => {
    const [address = '', bits = '1', ...rest] = item.split('/');
    const mostBits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
    return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= mostBits && rest.length === 0;
  };
  if (!addresses.every(isAddressOrRange)) {
    env.fault('TRUST_PROXY', 'must be a list of addresses or ranges, such as 127.0.0.1,10.0.0.0/8');
  }
  return addresses;
}

function readRedisUrl(env: Environment): string | undefined {
  const url = env.secret('REDIS_URL');
  if (url !== undefined && !(URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol))) {
    env.fault('REDIS_URL', 'must be a URL such as redis://:password@host:6379/0');
  }
  return url;
}

/** The beginnings of hashes are sent there: in clear text to this machine only. */
function readBreachedUrl(env: Environment): string | undefined {
  const text = env.text('BREACHED_PASSWORDS_URL');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!isPrivate || url.href !== url.origin + url.pathname) {
    env.fault('BREACHED_PASSWORDS_URL', 'must be an https URL such as https://api.pwnedpasswords.com/range');
    return undefined;
  }
  return url.href.replace(/\/+$/, '');
}

function readMetrics(env: Environment, http: Settings['http']): Settings['metrics'] {
  const host = env.text('METRICS_HOST');
  const token = env.secret('METRICS_TOKEN');
  const port = env.integer('METRICS_PORT', { min: 0, max: 65_535, fallback: 9464 });
  if (token !== undefined) checkSecret(env, 'METRICS_TOKEN', token);
  if (host === undefined) return undefined;
  if (!isLoopback(host) && token === undefined) {
    env.fault('METRICS_TOKEN', `is required because METRICS_HOST (${host}) can be reached from other machines`);
  }
  // The system chooses another port for each 0.
  if (port !== 0 && port === http.port && doMeet(host, http.host)) {
    env.fault('METRICS_PORT', `must be another than PORT (${port}): HOST and METRICS_HOST share an address`);
  }
  return { host, port, token };
}

/** Whether two servers that listen on these could not have the same port. */
function doMeet(...hosts: [string, string]): boolean {
  const [a, b] = hosts.map((host) => (host === 'localhost' ? '127.0.0.1' : host));
  return a === b || hosts.some((host) => ['0.0.0.0', '::', '::0'].includes(host));
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value) as unknown[]) {
    const isPlain =
      typeof inner === 'object' &&
      inner !== null &&
      [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(inner) as object);
    if (isPlain) deepFreeze(inner);
  }
  return Object.freeze(value);
}
