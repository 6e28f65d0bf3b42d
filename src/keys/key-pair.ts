import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { AsymmetricAlgorithm } from './signing-key.entity.js';

const generate = promisify(generateKeyPair);

export interface NewKeyPair {
  readonly kid: string;
  readonly publicPem: string;
  readonly privatePem: string;
}

export async function newKeyPair(alg: AsymmetricAlgorithm): Promise<NewKeyPair> {
  const { publicKey, privateKey } =
    alg === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: 2048, publicExponent: 0x10001 });
  const kid = thumbprint(publicKey);
  // The command line takes the id as an argument, and would take it for an option.
  if (kid.startsWith('-')) return newKeyPair(alg);
  return {
    kid,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** RFC 7638: SHA-256 over the required members in the order of their names. */
export function thumbprint(publicKey: KeyObject): string {
  const { crv, e, kty, n, x, y } = publicKey.export({ format: 'jwk' });
  const members = kty === 'EC' ? { crv, kty, x, y } : { e, kty, n };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
