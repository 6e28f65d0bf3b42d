import { createHmac, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { derivedKey } from '../crypto/derived-key.js';

const NONCE_BYTES = 16;

/**
 * What a browser keeps of having logged in: `<user id>.<nonce>.<HMAC-SHA-256>`. It opens nothing, but its bearer is no
 * stranger to the account (OWASP, "device cookies").
 */
@Injectable()
export class DeviceStatements {
  private readonly keys: readonly [KeyObject, ...KeyObject[]];

  constructor(@Inject(SETTINGS) { secrets: { current, previous } }: Settings) {
    const keyOf = (secret: KeyObject) => derivedKey(secret, 'device cookie');
    this.keys = [keyOf(current), ...(previous ? [keyOf(previous)] : [])];
  }

  issue(userId: number): string {
    const claim = `${userId}.${randomBytes(NONCE_BYTES).toString('base64url')}`;
    return `${claim}.${mac(claim, this.keys[0]).toString('base64url')}`;
  }

  isAbout(userId: number, statement: string): boolean {
    const [, claim = '', id = '', signature = ''] = /^((\d{1,15})\.[\w-]{22})\.([\w-]{43})$/.exec(statement) ?? [];
    const given = Buffer.from(signature, 'base64url');
    return Number(id) === userId && id !== '' && this.keys.some((key) => isEqual(mac(claim, key), given));
  }
}

const mac = (claim: string, key: KeyObject) => createHmac('sha256', key).update(claim).digest();

const isEqual = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other);
