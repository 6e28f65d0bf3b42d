import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThan, MoreThan, type Repository } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { newKeyPair } from './key-pair.js';
import { openPrivateKey, sealPrivateKey } from './private-key.js';
import { type AsymmetricAlgorithm, SigningKey } from './signing-key.entity.js';

/**
 * From its making to its first signature a key is only published: long enough for every process to have read it
 * (10 s) and for every cache to have let go of the JWKS before it (30 s), and within a minute.
 */
const PUBLISHED_BEFORE_SIGNING_MS = 45_000;

/** A process that has not read of its retirement yet may sign with a key a moment longer. */
const LATE_SIGNATURES_MS = 60_000;

/** What a person asked for cannot be done; the message says why. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** Makes, replaces and retires the signing keys. Running processes follow within seconds. */
@Injectable()
export class KeyRotationService {
  constructor(
    @InjectRepository(SigningKey) private readonly keys: Repository<SigningKey>,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The oldest first, retired ones too. */
  list(): Promise<SigningKey[]> {
    return this.keys.find({ order: { signsFrom: 'ASC' } });
  }

  /**
   * Makes a key that is published at once and soon signs in the place of all others.
   * @throws SealedKeyError if the secret is not the one of the servers
   */
  async create(alg: AsymmetricAlgorithm): Promise<SigningKey> {
    await this.checkSecret();
    const { kid, publicPem, privatePem } = await newKeyPair(alg);
    const createdAt = new Date();
    const key = this.keys.create({
      kid,
      alg,
      publicKey: publicPem,
      sealedPrivateKey: sealPrivateKey(privatePem, kid, this.settings.secrets),
      createdAt,
      signsFrom: new Date(createdAt.getTime() + PUBLISHED_BEFORE_SIGNING_MS),
      retiredAt: null,
      verifiesUntil: null,
    });
    await this.keys.delete({ verifiesUntil: LessThan(createdAt) });
    // If it stops after this line, the older keys are retired by the next rotation: the newest signs in any case.
    await this.keys.insert(key);
    await this.keys.update({ signsFrom: LessThan(key.signsFrom), retiredAt: IsNull() }, this.retirement(key.signsFrom));
    return key;
  }

  /** Replaces the key that signs by one of the same algorithm. @throws KeyError */
  async rotate(): Promise<SigningKey> {
    const newest = (await this.list()).filter(({ retiredAt }) => retiredAt === null).at(-1);
    if (!newest) throw new KeyError('There is no signing key to replace. Make the first one with keys:create.');
    return this.create(newest.alg);
  }

  /**
   * Stops a key from signing, at once. A next one that waits for its time begins at once too; without one SECRET_KEY
   * signs again.
   * @returns until when it verifies
   * @throws KeyError
   */
  async retire(kid: string): Promise<Date> {
    const now = new Date();
    const key = await this.keys.findOneBy({ kid });
    if (!key) throw new KeyError(`There is no signing key ${kid}. keys:list shows them.`);
    if (key.retiredAt && key.retiredAt <= now) throw new KeyError(`The signing key ${kid} is retired already.`);
    if (key.signsFrom > now) throw new KeyError(`The signing key ${kid} does not sign yet. keys:rotate replaces it.`);
    const retirement = this.retirement(now);
    // First: between the two writes there is a key too many, not one too few.
    await this.keys.update({ signsFrom: MoreThan(now), retiredAt: IsNull() }, { signsFrom: now });
    await this.keys.update({ kid }, retirement);
    return retirement.verifiesUntil;
  }

  /** A key that the servers cannot open would take the place of those that they can. */
  private async checkSecret(): Promise<void> {
    const signing = await this.keys.findBy([{ retiredAt: IsNull() }, { retiredAt: MoreThan(new Date()) }]);
    for (const key of signing) openPrivateKey(key, this.settings.secrets);
  }

  private retirement(retiredAt: Date): { retiredAt: Date; verifiesUntil: Date } {
    const lastTokenMs = this.settings.accessToken.ttlSeconds * 1000 + LATE_SIGNATURES_MS;
    return { retiredAt, verifiesUntil: new Date(retiredAt.getTime() + lastTokenMs) };
  }
}
