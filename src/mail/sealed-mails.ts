import { type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { derivedKey } from '../crypto/derived-key.js';
import { open, seal } from '../crypto/secret-box.js';
import type { Mail } from './mail.js';

/** What waits in the table: reading it gives nobody an address or a link. */
@Injectable()
export class SealedMails {
  private readonly keys: readonly [KeyObject, ...KeyObject[]];

  constructor(@Inject(SETTINGS) { secrets: { current, previous } }: Settings) {
    const keyOf = (secret: KeyObject) => derivedKey(secret, 'outgoing mail');
    this.keys = [keyOf(current), ...(previous ? [keyOf(previous)] : [])];
  }

  seal(id: string, mail: Mail): string {
    return seal(JSON.stringify(mail), this.keys[0], id);
  }

  /** @returns null if it was sealed with a secret that is no longer known */
  open(id: string, sealedMail: string): Mail | null {
    for (const key of this.keys) {
      const text = open(sealedMail, key, id);
      if (text !== null) return JSON.parse(text) as Mail;
    }
    return null;
  }
}
