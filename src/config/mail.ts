import addressparser from 'nodemailer/lib/addressparser';
import { LANGUAGES } from '../i18n/languages.js';
import type { Environment } from './environment.js';
import { isLoopback } from './loopback.js';
import type { Settings } from './settings.js';

/** What may stand behind the `?` of SMTP_URL. nodemailer knows more, which could run programs or write passwords down. */
const SMTP_OPTIONS = ['requireTLS', 'ignoreTLS', 'tls.rejectUnauthorized', 'name'];

/** Of mails that only their developer sees. */
const NOBODY = { name: 'Kunci', address: 'kunci@localhost' };

export function readMail(env: Environment, { http, workers }: Pick<Settings, 'http' | 'workers'>): Settings['mail'] {
  const smtpUrl = env.secret('SMTP_URL');
  if (smtpUrl !== undefined && !isSmtpUrl(smtpUrl)) {
    env.fault(
      'SMTP_URL',
      'must be a URL such as smtps://user:password@mail.example.com:465, with characters such as # and @ of the ' +
        `password written as %23 and %40, and no options but ${SMTP_OPTIONS.join(', ')}`,
    );
  }
  const isMeant = smtpUrl !== undefined || env.text('SMTP_URL_FILE') !== undefined;
  const from = readFrom(env, isMeant);
  const publicUrl = readPublicUrl(env, isMeant);
  // Whoever sees the mails of others is in their accounts: never where another machine could reach it. Several processes
  // would each have a part of them.
  const isHere = isLoopback(http.host) && http.trustProxy.length === 0;
  const isMailbox = env.text('NODE_ENV') === 'development' && isHere && workers === 1;
  const transport = isMeant ? 'smtp' : isMailbox ? 'mailbox' : 'none';
  return { transport, smtpUrl, from: from ?? NOBODY, publicUrl: publicUrl ?? ownUrl(http) };
}

export function readAccounts(env: Environment, { transport }: Settings['mail']): Settings['accounts'] {
  const requireVerifiedEmail = env.choice('REQUIRE_VERIFIED_EMAIL', ['on', 'off'], 'off') === 'on';
  if (requireVerifiedEmail && transport === 'none') {
    env.fault('SMTP_URL', 'is required because REQUIRE_VERIFIED_EMAIL is on: without mails nobody could log in');
  }
  return { requireVerifiedEmail, defaultLanguage: env.choice('DEFAULT_LANGUAGE', LANGUAGES, 'en') };
}

function isSmtpUrl(text: string): boolean {
  if (!/^smtps?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { hostname, pathname, hash, searchParams } = new URL(text);
  const isAllKnown = [...searchParams.keys()].every((name) => SMTP_OPTIONS.includes(name));
  return hostname !== '' && ['', '/'].includes(pathname) && hash === '' && isAllKnown;
}

/** `kunci@example.com` or `Kunci <kunci@example.com>`: one, and nothing that could begin another header. */
function readFrom(env: Environment, isRequired: boolean): Settings['mail']['from'] | undefined {
  const text = env.text('MAIL_FROM');
  if (text === undefined) {
    if (isRequired) env.fault('MAIL_FROM', 'is required because SMTP_URL is set');
    return undefined;
  }
  const [from, ...others] = /\p{Cc}/u.test(text) ? [] : addressparser(text);
  const isOne = from?.address !== undefined && others.length === 0;
  if (isOne && /^[^\s@"<>]+@[^\s@"<>]+$/.test(from.address) && !/[@<>]/.test(from.name)) {
    return { name: from.name, address: from.address };
  }
  env.fault('MAIL_FROM', 'must be one address, such as kunci@example.com or Kunci <kunci@example.com>');
  return undefined;
}

function readPublicUrl(env: Environment, isRequired: boolean): string | undefined {
  const text = env.text('PUBLIC_URL');
  if (text === undefined) {
    if (isRequired) env.fault('PUBLIC_URL', 'is required because SMTP_URL is set: the links in mails begin with it');
    return undefined;
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  // No path, no user, no question: nothing but the slash that every URL of an origin has.
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  env.fault('PUBLIC_URL', 'must be an origin such as https://accounts.example.com, without a path');
  return undefined;
}

function ownUrl({ host, port }: Settings['http']): string {
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
