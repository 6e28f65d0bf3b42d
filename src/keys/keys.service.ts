import { type KeyObject, randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, MoreThan, type Repository } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DatabaseConnection } from '../database/database-connection.js';
import { type Algorithm, headerOf, keyPair, KeyRing, type PublicJwk, type RingKey, sharedKey } from './key-ring.js';
import { openPrivateKey, SealedKeyError } from './private-key.js';
import { SigningKey } from './signing-key.entity.js';

/** How soon every process knows of a new key. */
const RELOAD_MS = 10_000;

/** What a token must be beside signed. Its key says which one of the algorithms it has to be: see `KeyRing`. */
export interface Verification {
  readonly algorithms: Algorithm[];
  readonly issuer: string;
  readonly audience: string;
}

/** What `sign` writes (RFC 7519, section 4.1, and OpenID Connect's `sid`). Times are seconds of Unix time. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly sid: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
}

/** Signs and verifies access tokens with keys that it reads from the database every few seconds. */
@Injectable()
export class KeysService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly verification: Verification;
  /** How long an access token is valid if its session lives as long. */
  readonly ttlSeconds: number;
  private readonly logger = new Logger(KeysService.name);
  private readonly sharedKeys: readonly RingKey[];
  private readonly privateKeys = new Map<string, KeyObject>();
  private readonly warned = new Set<string>();
  private ring: KeyRing;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectRepository(SigningKey) private readonly rows: Repository<SigningKey>,
    private readonly jwt: JwtService,
    private readonly database: DatabaseConnection,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const { current, previous } = settings.secrets;
    this.sharedKeys = [...(previous ? [sharedKey(previous, false)] : []), sharedKey(current, true)];
    this.ring = new KeyRing(this.sharedKeys);
    const { issuer, audience, ttlSeconds } = settings.accessToken;
    this.ttlSeconds = ttlSeconds;
    this.verification = { algorithms: ['HS256', 'ES256', 'RS256'], issuer, audience };
  }

  /**
   * Before the server listens: nothing is signed or refused by a ring that lacks a key.
   * @throws SealedKeyError
   */
  async onApplicationBootstrap(): Promise<void> {
    await this.database.onConnected(async () => {
      await this.load((sealed) => {
        throw sealed;
      });
      this.reloadLater();
    });
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** @returns an access token (RFC 9068) of the session, valid for so many seconds */
  sign(userId: number, sessionId: string, expiresIn: number): Promise<string> {
    const key = this.ring.signerAt(Date.now());
    const { issuer, audience } = this.verification;
    return this.jwt.signAsync(
      { sid: sessionId },
      {
        privateKey: key.signer,
        algorithm: key.alg,
        header: headerOf(key),
        issuer,
        audience,
        subject: String(userId),
        jwtid: randomUUID(),
        expiresIn,
      },
    );
  }

  /** @returns the key that must have signed the token, or undefined */
  verifierOf(token: string): KeyObject | undefined {
    return this.ring.verifierOf(token, Date.now())?.verifier;
  }

  /** @returns the claims of a token of ours that is in force, or null */
  async verify(token: string): Promise<AccessTokenClaims | null> {
    const key = this.verifierOf(token);
    if (!key) return null;
    // jsonwebtoken takes a KeyObject; the types of Nest's wrapper do not know that.
    const publicKey = key as unknown as string;
    return this.jwt.verifyAsync<AccessTokenClaims>(token, { ...this.verification, publicKey }).catch(() => null);
  }

  publicJwks(): PublicJwk[] {
    return this.ring.publicJwks(Date.now());
  }

  /** Reads the keys that still verify. One that the secrets do not open is told of, and only verifies. */
  async load(onSealed = (sealed: SealedKeyError) => this.warnOnce(sealed)): Promise<void> {
    const rows = await this.rows.findBy([{ verifiesUntil: IsNull() }, { verifiesUntil: MoreThan(new Date()) }]);
    const pairs: RingKey[] = [];
    for (const row of rows) pairs.push(keyPair(row, await this.privateKeyOf(row, onSealed)));
    this.ring = new KeyRing([...this.sharedKeys, ...pairs]);
  }

  /** One after the other: a slow reading never overwrites a newer one. */
  private reloadLater(): void {
    this.timer = setTimeout(() => void this.reload(), RELOAD_MS).unref();
  }

  private async reload(): Promise<void> {
    try {
      await this.load();
    } catch (error) {
      this.logger.warn(`The signing keys could not be read, those known go on: ${(error as Error).name}`);
    }
    if (this.timer) this.reloadLater();
  }

  /** Opened once, and only if it signs or will. What the previous secret sealed is sealed again with the current one. */
  private async privateKeyOf(
    row: SigningKey,
    onSealed: (error: SealedKeyError) => void,
  ): Promise<KeyObject | undefined> {
    const { kid, sealedPrivateKey, retiredAt } = row;
    if (retiredAt && retiredAt.getTime() <= Date.now()) return undefined;
    const known = this.privateKeys.get(kid);
    if (known) return known;
    try {
      const { key, resealed } = openPrivateKey(row, this.settings.secrets);
      if (resealed) await this.rows.update({ kid, sealedPrivateKey }, { sealedPrivateKey: resealed });
      this.privateKeys.set(kid, key);
      return key;
    } catch (error) {
      if (!(error instanceof SealedKeyError)) throw error;
      onSealed(error);
      return undefined;
    }
  }

  private warnOnce({ kid, message }: SealedKeyError): void {
    if (this.warned.has(kid)) return;
    this.warned.add(kid);
    this.logger.error(`${message} Until then it signs nothing here.`);
  }
}
