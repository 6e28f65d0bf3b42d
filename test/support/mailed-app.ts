import type { User } from '../../src/users/user.entity.js';
import type { OneTimeToken } from '../../src/one-time-tokens/one-time-token.entity.js';
import { startApp, type TestApp } from './app.js';
import { MailServer, type ReceivedMail } from './mail-server.js';
import { OutboxTable } from './outbox.js';
import { eventually } from './process.js';

/** The real application with a real mail server beside it. */
export interface MailedApp extends TestApp {
  readonly mail: MailServer;
  /** Waits until every mail has been sent. */
  allSent(): Promise<void>;
  /** @returns the token of the link in the last of so many mails that an address got */
  tokenTo(email: string, count?: number): Promise<string>;
  /** The account as the table has it. */
  userOf(email: string): Promise<User>;
  /** Time goes by: every link that was mailed is too old. */
  expireTokens(): Promise<void>;
}

export async function startMailedApp(changes: Record<string, string> = {}): Promise<MailedApp> {
  const mail = await MailServer.start();
  const test = await startApp({ ...mail.settings, ...changes });
  const outbox = new OutboxTable(test.dataSource);
  return {
    ...test,
    mail,
    allSent: () => eventually(async () => (await outbox.rows()).length === 0, 20_000),
    tokenTo: async (email, count = 1) => tokenIn((await mail.to(email, count)).slice(-1)[0]!),
    userOf: (email) => test.dataSource.getRepository<User>('User').findOneByOrFail({ email }),
    expireTokens: async () => {
      const tokens = test.dataSource.getRepository<OneTimeToken>('OneTimeToken');
      await tokens
        .createQueryBuilder()
        .update()
        .set({ expiresAt: new Date(Date.now() - 1_000) })
        .execute();
    },
    stop: async () => {
      await test.stop();
      await mail.stop();
    },
  };
}

/** The token in the link of a mail, as its reader would use it. */
export function tokenIn({ text }: ReceivedMail): string {
  const [, token] = /https:\/\/accounts\.example\.com\/[a-z-]+\?token=([\w-]{43})(?![\w-])/.exec(text) ?? [];
  if (token === undefined) throw new Error(`There is no link in the mail:\n${text}`);
  return token;
}

/** What a mail is about, in English. */
export const subjectsOf = (mails: readonly ReceivedMail[]): (string | undefined)[] =>
  mails.map(({ parsed }) => parsed.subject);

/** What is no token, in all the ways that a client can get it wrong; devise's list among them. */
export const NO_TOKENS: [string, unknown][] = [
  ['a blank', ' '],
  ['nothing', ''],
  ['null', null],
  ['the word undefined', 'undefined'],
  ['the word null', 'null'],
  ['a list', ['x']],
  ['an object', { $ne: '' }],
  ['a number', 7],
  ['true', true],
  ['a pattern', '%'],
  ['SQL', "' OR '1'='1"],
  ['a token that never was', 'A'.repeat(43)],
  ['a token of the wrong length', 'A'.repeat(42)],
  ['a very long token', 'A'.repeat(50_000)],
];

/** The same token but for one bit, in each of its spellings that base64url has. */
export function damaged(token: string): string[] {
  const bytes = Buffer.from(token, 'base64url');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return [
    bytes.toString('base64url'),
    `${token}=`,
    ` ${token}`,
    token.toLowerCase(),
    `${token.slice(0, -1)}${next(token)}`,
  ];
}

/** The last character of a token has two bits that mean nothing: another spelling of the same bytes. */
const next = (token: string): string => String.fromCharCode(token.charCodeAt(42) + 1);
