import { createSecretKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { readOrCreateSecret } from './embedded-secret.js';
import { Environment, SettingsError } from './environment.js';

export type DatabaseSettings =
  | { readonly type: 'sqlite'; readonly path: string; readonly migrate: boolean }
  | {
      readonly type: 'mysql' | 'mariadb';
      readonly host: string;
      readonly port: number;
      readonly username: string;
      readonly password: string;
      readonly name: string;
      readonly migrate: boolean;
    };

export interface Settings {
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Addresses or CIDR ranges whose `X-Forwarded-*` headers are believed. */
    readonly trustProxy: readonly string[];
    readonly rateLimits: boolean;
  };
  readonly database: DatabaseSettings;
  /** What signs HS256 tokens and seals the private keys; `previous` still verifies and opens. */
  readonly secrets: { readonly current: KeyObject; readonly previous: KeyObject | undefined };
  readonly accessToken: { readonly ttlSeconds: number; readonly issuer: string; readonly audience: string };
  readonly sessions: {
    readonly idleSeconds: number;
    readonly absoluteSeconds: number;
    /** How long a refresh token that was rotated still gets its successor. */
    readonly refreshGraceSeconds: number;
  };
  /** The one client that may introspect tokens; without it the endpoint is closed. */
  readonly introspection: { readonly clientId: string; readonly clientSecret: string } | undefined;
  readonly passwords: { readonly bcryptCost: number };
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** RFC 7518, section 3.2: a key for HS256 has at least the 256 bits of the hash. */
const MIN_SECRET_BYTES = 32;

const DAY = 86_400;

/** What people leave standing in a copied `.env`. A secret that anyone can guess is worse than none. */
const PLACEHOLDER =
  /change.?(me|this|it)|replace|your.?(own.?)?(secret|key|256)|placeholder|secret.?(key.?)?here|example|openssl|output of|keluaran/i;

/** Reads `.env` of the working directory, if there is one. Variables that are already set win. */
export function loadEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}

/** @throws SettingsError with all faults at once */
export function readSettings(variables: NodeJS.ProcessEnv = process.env): Settings {
  const env = new Environment(variables);
  const database = readDatabase(env);
  const settings: Settings = {
    http: {
      host: env.text('HOST') ?? '127.0.0.1',
      port: env.integer('PORT', { min: 0, max: 65_535, fallback: 8080 }),
      trustProxy: readTrustProxy(env),
      rateLimits: env.choice('RATE_LIMITS', ['on', 'off'], 'on') === 'on',
    },
    database,
    secrets: { current: readSecretKey(env, database), previous: readPreviousSecretKey(env) },
    accessToken: {
      ttlSeconds: env.seconds('ACCESS_TOKEN_TTL', { min: 60, max: 86_400, fallback: 900 }),
      issuer: env.text('TOKEN_ISSUER') ?? 'kunci',
      audience: env.text('TOKEN_AUDIENCE') ?? 'kunci-api',
    },
    sessions: {
      idleSeconds: env.seconds('SESSION_IDLE_TTL', { min: 300, max: 400 * DAY, fallback: 14 * DAY }),
      absoluteSeconds: env.seconds('SESSION_ABSOLUTE_TTL', { min: 300, max: 400 * DAY, fallback: 90 * DAY }),
      refreshGraceSeconds: env.seconds('REFRESH_GRACE', { min: 0, max: 60, fallback: 10 }),
    },
    introspection: readIntrospection(env),
    passwords: { bcryptCost: env.integer('BCRYPT_COST', { min: 10, max: 15, fallback: 12 }) },
    logLevel: env.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  if (env.faults.length > 0) throw new SettingsError(env.faults);
  return deepFreeze(settings);
}

function readDatabase(env: Environment): DatabaseSettings {
  const fallback = env.text('DB_HOST') === undefined ? 'sqlite' : 'mysql';
  const type = env.choice('DB_TYPE', ['sqlite', 'mysql', 'mariadb'], fallback);
  const migrate = env.choice('DB_MIGRATE', ['on', 'off'], 'on') === 'on';
  if (type === 'sqlite') {
    // Someone who sets these means a server: falling back to SQLite in silence would hide the mistake.
    const meant = ['DB_NAME', 'DB_USERNAME', 'DB_PASSWORD', 'DB_PASSWORD_FILE', 'DB_PORT'].find((name) =>
      env.text(name),
    );
    if (env.text('DB_TYPE') === undefined && meant) {
      env.fault('DB_HOST', `is required because ${meant} is set; for the embedded database set DB_TYPE=sqlite`);
    }
    return { type, path: resolve(env.text('DB_PATH') ?? join('data', 'kunci.db')), migrate };
  }
  return {
    type,
    host: env.requiredText('DB_HOST'),
    port: env.integer('DB_PORT', { min: 1, max: 65_535, fallback: 3306 }),
    username: env.requiredText('DB_USERNAME'),
    password: env.secret('DB_PASSWORD') ?? '',
    name: env.requiredText('DB_NAME'),
    migrate,
  };
}

function readSecretKey(env: Environment, database: DatabaseSettings): KeyObject {
  const secret = env.secret('SECRET_KEY') ?? readEmbeddedSecret(env, database);
  if (secret === undefined) return createSecretKey('unused: the settings have faults', 'utf8');
  checkSecret(env, 'SECRET_KEY', secret);
  return createSecretKey(secret, 'utf8');
}

function readPreviousSecretKey(env: Environment): KeyObject | undefined {
  const secret = env.secret('SECRET_KEY_PREVIOUS');
  if (secret === undefined) return undefined;
  checkSecret(env, 'SECRET_KEY_PREVIOUS', secret);
  return createSecretKey(secret, 'utf8');
}

function readIntrospection(env: Environment): Settings['introspection'] {
  const clientId = env.text('INTROSPECTION_CLIENT_ID') ?? 'resource-server';
  const clientSecret = env.secret('INTROSPECTION_CLIENT_SECRET');
  if (clientId.includes(':')) env.fault('INTROSPECTION_CLIENT_ID', 'must not hold a colon (RFC 7617)');
  if (clientSecret === undefined) return undefined;
  checkSecret(env, 'INTROSPECTION_CLIENT_SECRET', clientSecret);
  return { clientId, clientSecret };
}

/** Only the embedded database makes its own, and only if nothing else is wrong: a fault must leave nothing behind. */
function readEmbeddedSecret(env: Environment, database: DatabaseSettings): string | undefined {
  if (env.text('SECRET_KEY_FILE') !== undefined) return undefined;
  if (database.type !== 'sqlite') {
    env.fault('SECRET_KEY', `is required: ${HOW_TO_MAKE_ONE}`);
    return undefined;
  }
  const path = join(dirname(database.path), 'secret.key');
  if (existsSync(database.path) && !existsSync(path) && env.secret('SECRET_KEY_PREVIOUS') === undefined) {
    // A command in another shell, say: a new secret would open nothing that the one of the server has sealed.
    env.fault('SECRET_KEY', `is required: ${database.path} was made with one, and there is no secret.key beside it`);
  }
  return env.faults.length === 0 ? readOrCreateSecret(path) : undefined;
}

const HOW_TO_MAKE_ONE = 'make one with `openssl rand -base64 48`';

function checkSecret(env: Environment, name: string, secret: string): void {
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    env.fault(name, `must be ${MIN_SECRET_BYTES} bytes or longer: ${HOW_TO_MAKE_ONE}`);
  } else if (PLACEHOLDER.test(secret) || new Set(secret).size < 10 || /^(.{1,16})\1+$/.test(secret)) {
    env.fault(name, `is a placeholder or easy to guess: ${HOW_TO_MAKE_ONE}`);
  }
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
