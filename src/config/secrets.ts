import { createSecretKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readOrCreateSecret } from './embedded-secret.js';
import type { Environment } from './environment.js';
import type { DatabaseSettings, Settings } from './settings.js';

/** RFC 7518, section 3.2: a key for HS256 has at least the 256 bits of the hash. */
const MIN_SECRET_BYTES = 32;

/** What people leave standing in a copied `.env`. A secret that anyone can guess is worse than none. */
const PLACEHOLDER =
  /change.?(me|this|it)|replace|your.?(own.?)?(secret|key|256)|placeholder|secret.?(key.?)?here|example|openssl|output of|keluaran/i;

const HOW_TO_MAKE_ONE = 'make one with `openssl rand -base64 48`';

export function readSecretKey(env: Environment, database: DatabaseSettings): KeyObject {
  const secret = env.secret('SECRET_KEY') ?? readEmbeddedSecret(env, database);
  if (secret === undefined) return createSecretKey('unused: the settings have faults', 'utf8');
  checkSecret(env, 'SECRET_KEY', secret);
  return createSecretKey(secret, 'utf8');
}

export function readPreviousSecretKey(env: Environment): KeyObject | undefined {
  const secret = env.secret('SECRET_KEY_PREVIOUS');
  if (secret === undefined) return undefined;
  checkSecret(env, 'SECRET_KEY_PREVIOUS', secret);
  return createSecretKey(secret, 'utf8');
}

export function readIntrospection(env: Environment): Settings['introspection'] {
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

export function checkSecret(env: Environment, name: string, secret: string): void {
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    env.fault(name, `must be ${MIN_SECRET_BYTES} bytes or longer: ${HOW_TO_MAKE_ONE}`);
  } else if (PLACEHOLDER.test(secret) || new Set(secret).size < 10 || /^(.{1,16})\1+$/.test(secret)) {
    env.fault(name, `is a placeholder or easy to guess: ${HOW_TO_MAKE_ONE}`);
  }
}
