import { Injectable } from '@nestjs/common';

const KEPT = 50;

export interface KeptMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly at: Date;
}

/** Where mails go while there is no mail server: shown at `/dev/mailbox`, in development only. The newest first. */
@Injectable()
export class DevMailbox {
  private mails: readonly KeptMail[] = [];

  keep(mail: KeptMail): void {
    this.mails = [mail, ...this.mails].slice(0, KEPT);
  }

  list(): readonly KeptMail[] {
    return this.mails;
  }
}
