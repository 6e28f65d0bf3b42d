import { statSync } from 'node:fs';
import type { SettingsFacts } from '../config/settings-facts.js';
import type { Settings } from '../config/settings.js';
import { openPrivateKey, SealedKeyError } from '../keys/private-key.js';
import type { SigningKey } from '../keys/signing-key.entity.js';
import { type Finding, fault, listed, ok, warning } from './finding.js';
import { ENOUGH_BITS, estimateBits } from './secret-strength.js';

const HOW_TO_MAKE_ONE = 'Make one with `openssl rand -base64 48`; README, "Changing SECRET_KEY", logs nobody out.';

export function checkSecrets(settings: Settings, { secretToBeMade }: Pick<SettingsFacts, 'secretToBeMade'>): Finding[] {
  if (secretToBeMade !== undefined) return [ok('secrets', `The first start makes the secret ${secretToBeMade}.`)];
  const secrets = secretsOf(settings);
  const weak = secrets.filter(({ value, isGuessed }) => isGuessed && estimateBits(value) < ENOUGH_BITS);
  const findings = weak.map(({ name }) =>
    warning('secrets', `${name} looks like something that a person thought of, not like chance.`, HOW_TO_MAKE_ONE),
  );
  const repeated = secrets.filter(({ value }, i) => secrets.some((other, j) => j < i && other.value === value));
  if (repeated.length > 0) {
    const names = listed(repeated.map(({ name }) => name));
    findings.push(
      fault(
        'secrets',
        `${names} has the value of another secret: whoever learns the one has the other.`,
        'Make one of its own for each with `openssl rand -base64 48`.',
      ),
    );
  }
  return findings.length > 0 ? findings : [ok('secrets', 'The secrets look like chance and differ from each other.')];
}

interface Secret {
  readonly name: string;
  readonly value: string;
  /** Whether whoever has a token, or the network, can try values as fast as they like. */
  readonly isGuessed: boolean;
}

function secretsOf({ secrets, introspection, metrics, database, redisUrl, mail }: Settings): Secret[] {
  const read = (key: Settings['secrets']['current'] | undefined) => key?.export().toString('utf8');
  const passwordIn = (url: string | undefined) => url && decodeURIComponent(new URL(url).password);
  const all: [string, string | undefined, boolean][] = [
    ['SECRET_KEY', read(secrets.current), true],
    ['SECRET_KEY_PREVIOUS', read(secrets.previous), true],
    ['INTROSPECTION_CLIENT_SECRET', introspection?.clientSecret, true],
    ['METRICS_TOKEN', metrics?.token, true],
    ['DB_PASSWORD', 'password' in database ? database.password : undefined, false],
    ['the password in REDIS_URL', passwordIn(redisUrl), false],
    ['the password in SMTP_URL', passwordIn(mail.smtpUrl), false],
  ];
  return all.flatMap(([name, value, isGuessed]) => (value ? [{ name, value, isGuessed }] : []));
}

/** On Windows the bits of a file say nothing. */
export function checkSecretFiles({ secretFiles }: Pick<SettingsFacts, 'secretFiles'>): Finding[] {
  if (process.platform === 'win32' || secretFiles.length === 0) return [];
  const open = secretFiles.filter(({ path }) => (statSync(path).mode & 0o044) !== 0);
  if (open.length === 0) return [ok('secret-files', 'Only their owner can read the files that hold secrets.')];
  return open.map(({ name, path }) =>
    warning(
      'secret-files',
      `Others on this machine can read ${path}${name.endsWith('_FILE') ? ` (${name})` : ''}.`,
      `chmod 600 ${path}, and chown it to the user that the server runs as, or that one cannot read it.`,
    ),
  );
}

/** @param keys all of them; those that sign no more need not open */
export function checkSigningKeys(keys: readonly SigningKey[], secrets: Settings['secrets'], now: Date): Finding {
  const signing = keys.filter(({ retiredAt }) => retiredAt === null || retiredAt > now);
  if (signing.length === 0) return ok('signing-keys', 'There are no key pairs: SECRET_KEY signs (HS256).');
  const closed = signing.flatMap((key) => openingFault(key, secrets));
  if (closed.length === 0) return ok('signing-keys', `SECRET_KEY opens all ${signing.length} that sign or will.`);
  const [first] = closed;
  return fault(
    'signing-keys',
    `SECRET_KEY does not open the signing key ${listed(closed.map(({ kid }) => kid))}: the server does not start.`,
    first?.message ?? '',
  );
}

function openingFault(key: SigningKey, secrets: Settings['secrets']): SealedKeyError[] {
  try {
    openPrivateKey(key, secrets);
    return [];
  } catch (error) {
    if (error instanceof SealedKeyError) return [error];
    throw error;
  }
}
