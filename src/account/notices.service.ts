import { Injectable } from '@nestjs/common';
import type { Counter } from '../limits/counter.js';
import { CountersService } from '../limits/counters.service.js';
import { Outbox } from '../mail/outbox.service.js';
import { mailboxKey } from '../one-time-tokens/mailed-links.service.js';
import type { User } from '../users/user.entity.js';

/** To one address in an hour: whoever registers that of a stranger can do things to the account without an end. */
const TO_ONE = { points: 5, seconds: 3600 };

/** Tells people of what happened to their accounts. */
@Injectable()
export class Notices {
  private readonly sent: Counter;

  constructor(
    private readonly outbox: Outbox,
    counters: CountersService,
  ) {
    this.sent = counters.counter({ name: 'mails.notice', ...TO_ONE });
  }

  /** @param requested the language of the request, for who has chosen none */
  async send(
    template: 'password-changed' | 'account-deleted',
    { email, emailCanonical, language }: Pick<User, 'email' | 'emailCanonical' | 'language'>,
    requested: string,
  ): Promise<void> {
    if ((await this.sent.consume(mailboxKey(emailCanonical))) > 0) return;
    await this.outbox.add({ template, to: email, language: language ?? requested, values: {} });
  }
}
