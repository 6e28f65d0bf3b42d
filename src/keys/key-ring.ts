import { createHmac, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { AsymmetricAlgorithm, SigningKey } from './signing-key.entity.js';

export type Algorithm = 'HS256' | AsymmetricAlgorithm;

/** RFC 9068, section 2.1: no other JWT, such as an ID token, can be taken for an access token. */
const TYPE = 'at+jwt';

/** A key with its times in milliseconds (Unix time); a key that is never retired has none. */
export interface RingKey {
  readonly kid: string;
  readonly alg: Algorithm;
  /** The public key, or the secret of HS256. */
  readonly verifier: KeyObject;
  /** Missing where it only verifies. */
  readonly signer?: KeyObject;
  readonly signsFromMs: number;
  readonly retiredAtMs: number;
  readonly verifiesUntilMs: number;
}

export interface PublicJwk extends JsonWebKey {
  readonly kid: string;
  readonly alg: string;
  readonly use: 'sig';
}

/**
 * All keys as they are known at a moment; a newer state is a new ring.
 *
 * A token's key is found by its whole header, letter for letter as this service writes it. So no token chooses its
 * algorithm, names a key by a path or a query, brings a key of its own, or has extensions that nobody checked
 * (RFC 8725, sections 3.1, 3.2, 3.10, 3.11).
 */
export class KeyRing {
  private readonly byHeader: ReadonlyMap<string, RingKey>;

  constructor(private readonly keys: readonly RingKey[]) {
    this.byHeader = new Map(keys.map((key) => [encodeHeader(key), key]));
  }

  /** @returns undefined for a header that no token of ours has, and for a key whose last token has expired */
  verifierOf(token: string, nowMs: number): RingKey | undefined {
    const key = this.byHeader.get(token.slice(0, Math.max(0, token.indexOf('.'))));
    return key && key.verifiesUntilMs > nowMs ? key : undefined;
  }

  /** The newest key whose time has come. The shared secret has always been there, so there is one. */
  signerAt(nowMs: number): RingKey & { readonly signer: KeyObject } {
    const candidates = this.keys.filter(
      (key): key is RingKey & { readonly signer: KeyObject } =>
        key.signer !== undefined && key.signsFromMs <= nowMs && key.retiredAtMs > nowMs,
    );
    return candidates.reduce((newest, key) => (key.signsFromMs > newest.signsFromMs ? key : newest));
  }

  /** RFC 7517: the public keys of all tokens in force, and those that are about to sign. */
  publicJwks(nowMs: number): PublicJwk[] {
    return this.keys
      .filter(({ alg, verifiesUntilMs }) => alg !== 'HS256' && verifiesUntilMs > nowMs)
      .map(({ kid, alg, verifier }) => ({ ...verifier.export({ format: 'jwk' }), kid, alg, use: 'sig' }));
  }
}

export function headerOf({ alg, kid }: Pick<RingKey, 'alg' | 'kid'>): { alg: Algorithm; typ: string; kid: string } {
  return { alg, typ: TYPE, kid };
}

function encodeHeader(key: RingKey): string {
  return Buffer.from(JSON.stringify(headerOf(key))).toString('base64url');
}

/** HS256 with `SECRET_KEY`. What is not the current one only verifies. */
export function sharedKey(secret: KeyObject, isCurrent: boolean): RingKey {
  const kid = createHmac('sha256', secret).update('kunci kid').digest('base64url').slice(0, 16);
  const signer = isCurrent ? { signer: secret } : {};
  return {
    kid,
    alg: 'HS256',
    verifier: secret,
    ...signer,
    signsFromMs: -Infinity,
    retiredAtMs: Infinity,
    verifiesUntilMs: Infinity,
  };
}

export function keyPair(row: SigningKey, privateKey: KeyObject | undefined): RingKey {
  return {
    kid: row.kid,
    alg: row.alg,
    verifier: createPublicKey(row.publicKey),
    ...(privateKey && { signer: privateKey }),
    signsFromMs: row.signsFrom.getTime(),
    retiredAtMs: row.retiredAt?.getTime() ?? Infinity,
    verifiesUntilMs: row.verifiesUntil?.getTime() ?? Infinity,
  };
}
