import { expect } from '@jest/globals';
import type { Answer, SignedIn } from './api.js';
import { type MailedApp, tokenIn } from './mailed-app.js';
import type { ReceivedMail } from './mail-server.js';

export const CONFIRM = 'Confirm your new email address';
export const CHANGED = 'Your email address was changed';
export const RESET = 'Choose a new password';

/** People who change their address. */
export class EmailChanges {
  constructor(private readonly test: MailedApp) {}

  request({ token, password }: SignedIn, email: unknown, typed: unknown = password): Promise<Answer> {
    return this.test.api.as(token, 'PUT', '/api/email', { email, password: typed });
  }

  confirm(token: unknown): Promise<Answer> {
    return this.test.api.post('/api/email/confirm', { token });
  }

  undo(token: unknown): Promise<Answer> {
    return this.test.api.post('/api/email/undo', { token });
  }

  async addressOf({ token }: SignedIn): Promise<string> {
    return (await this.test.api.userInfo(token)).body.data.user.email;
  }

  async loginStatus(email: string, password: string): Promise<number> {
    return (await this.test.api.login(email, password)).status;
  }

  async mailsAbout(email: string, subject: string): Promise<ReceivedMail[]> {
    await this.test.allSent();
    return this.test.mail.mails.filter(({ to, parsed }) => to.includes(email) && parsed.subject === subject);
  }

  async lastLink(email: string, subject: string): Promise<string> {
    return tokenIn((await this.mailsAbout(email, subject)).at(-1)!);
  }

  /** @returns the token of the link that the new address was mailed */
  async requested(ana: SignedIn, email: string): Promise<string> {
    expect((await this.request(ana, email)).status).toBe(200);
    return this.lastLink(email, CONFIRM);
  }

  async changed(ana: SignedIn, email: string): Promise<void> {
    expect((await this.confirm(await this.requested(ana, email))).status).toBe(200);
  }
}
