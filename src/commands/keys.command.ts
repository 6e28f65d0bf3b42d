import { type Command, Option } from 'commander';
import type { AuditService } from '../audit/audit.service.js';
import { KeyRotationModule } from '../keys/key-rotation.module.js';
import { KeyRotationService } from '../keys/key-rotation.service.js';
import { ASYMMETRIC_ALGORITHMS, type AsymmetricAlgorithm, type SigningKey } from '../keys/signing-key.entity.js';
import { inColumns } from './in-columns.js';
import { type Services, withServices } from './with-services.js';

/** A server may have a key pair from its first start on. */
const MAY_COME_FIRST = { mayMakeDatabase: true };

const SHARED_SECRET = 'Access tokens are signed with SECRET_KEY (HS256) now.';

export function addKeysCommands(program: Command): void {
  program
    .command('keys:create')
    .description('make a key pair that signs access tokens, in the place of any other, within a minute')
    .addOption(new Option('--alg <algorithm>', 'RFC 7518').choices(ASYMMETRIC_ALGORITHMS).makeOptionMandatory())
    .action(({ alg }: { alg: AsymmetricAlgorithm }) =>
      withKeys(async (keys, audit) => {
        const key = await keys.create(alg);
        audit.record('sensitive_create', { detail: `signing_key ${key.kid}` });
        return announce(key);
      }, MAY_COME_FIRST),
    );
  program
    .command('keys:rotate')
    .description('replace the key that signs by a new one of the same algorithm')
    .action(() =>
      withKeys(async (keys, audit) => {
        const key = await keys.rotate();
        audit.record('sensitive_create', { detail: `signing_key_rotated ${key.kid}` });
        return announce(key);
      }),
    );
  program
    .command('keys:retire')
    .description('stop a key from signing, at once; it verifies until its last token has expired')
    .argument('<kid>', 'the id that keys:list shows')
    .action((kid: string) =>
      withKeys(async (keys, audit) => {
        const verifiesUntil = await keys.retire(kid);
        audit.record('sensitive_update', { detail: `signing_key_retired ${kid}` });
        const isSignedByAnother = (await keys.list()).some((key) => isSigning(key, new Date()));
        const lines = [`${kid} signs no more and verifies until ${format(verifiesUntil)}.`];
        return [...lines, ...(isSignedByAnother ? [] : [SHARED_SECRET])].join('\n');
      }),
    );
  program
    .command('keys:list')
    .description('show the signing keys and what each does now')
    .action(() => withKeys(async (keys) => table(await keys.list(), new Date())));
}

function withKeys(
  work: (keys: KeyRotationService, audit: AuditService) => Promise<string>,
  conditions?: { mayMakeDatabase: boolean },
): Promise<void> {
  const withService = (services: Services, audit: AuditService) => work(services.get(KeyRotationService), audit);
  return withServices([KeyRotationModule], withService, conditions);
}

function announce({ kid, alg, signsFrom }: SigningKey): string {
  return `${kid} (${alg}) is published at /.well-known/jwks.json within seconds and signs from ${format(signsFrom)}.`;
}

function table(keys: readonly SigningKey[], now: Date): string {
  if (keys.length === 0) return `There are no key pairs. ${SHARED_SECRET}`;
  const newest = keys.filter((key) => isSigning(key, now)).at(-1);
  const rows = keys.map((key) => [
    key.kid,
    key.alg,
    stateOf(key, newest, now),
    format(key.createdAt),
    format(key.signsFrom),
    format(key.retiredAt),
    format(key.verifiesUntil),
  ]);
  const head = ['KID', 'ALG', 'STATE', 'CREATED', 'SIGNS FROM', 'SIGNS UNTIL', 'VERIFIES UNTIL'];
  return [...inColumns(head, rows), ...(newest ? [] : [SHARED_SECRET])].join('\n');
}

function isSigning({ signsFrom, retiredAt }: SigningKey, now: Date): boolean {
  return signsFrom <= now && (retiredAt === null || retiredAt > now);
}

function stateOf(key: SigningKey, newest: SigningKey | undefined, now: Date): string {
  if (key === newest) return 'signing';
  if (key.verifiesUntil && key.verifiesUntil <= now) return 'expired';
  if (key.signsFrom > now && key.retiredAt === null) return 'next';
  return 'verifying';
}

function format(instant: Date | null): string {
  return instant ? `${instant.toISOString().slice(0, 19)}Z` : '-';
}
