import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Settings } from '../config/settings.js';
import { derivedKey } from '../crypto/derived-key.js';
import { open, seal } from '../crypto/secret-box.js';
import type { SigningKey } from './signing-key.entity.js';

const sealingKey = (secret: KeyObject) => derivedKey(secret, 'private signing key');

/** The secret that sealed the key is none of those in the settings. */
export class SealedKeyError extends Error {
  constructor(readonly kid: string) {
    super(
      `The signing key ${kid} was sealed with another SECRET_KEY. Set that one as SECRET_KEY_PREVIOUS, ` +
        'or as SECRET_KEY if it was changed by mistake; without it only keys:retire helps.',
    );
    this.name = 'SealedKeyError';
  }
}

/** @param pem PKCS #8 */
export function sealPrivateKey(pem: string, kid: string, { current }: Settings['secrets']): string {
  return seal(pem, sealingKey(current), kid);
}

/**
 * @returns the key and, if the previous secret had sealed it, the box that the current one makes of it
 * @throws SealedKeyError
 */
export function openPrivateKey(
  { kid, sealedPrivateKey }: Pick<SigningKey, 'kid' | 'sealedPrivateKey'>,
  secrets: Settings['secrets'],
): { key: KeyObject; resealed?: string } {
  const { current, previous } = secrets;
  const pem = open(sealedPrivateKey, sealingKey(current), kid);
  if (pem !== null) return { key: createPrivateKey(pem) };
  const previousPem = previous ? open(sealedPrivateKey, sealingKey(previous), kid) : null;
  if (previousPem === null) throw new SealedKeyError(kid);
  return { key: createPrivateKey(previousPem), resealed: sealPrivateKey(previousPem, kid, secrets) };
}
