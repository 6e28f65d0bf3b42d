import { isLoopback } from '../config/loopback.js';
import type { Settings } from '../config/settings.js';
import { probeSmtp, smtpFault } from '../mail/smtp.js';
import { type Finding, fault, ok, warning } from './finding.js';

/** Logs in at the mail server as for a mail, and sends none. Its password is not repeated. */
export async function checkMail({ mail }: Pick<Settings, 'mail'>): Promise<Finding[]> {
  const { smtpUrl, transport } = mail;
  if (transport === 'mailbox') return [ok('mail', 'Mails are kept and shown at /dev/mailbox, as in development.')];
  if (smtpUrl === undefined) {
    return [
      warning(
        'mail',
        'SMTP_URL is not set: no mail is sent, so that nobody can reset a password or confirm an address.',
        'Set SMTP_URL, MAIL_FROM and PUBLIC_URL.',
      ),
    ];
  }
  return [await checkServer(smtpUrl), ...checkPrivacy(mail)];
}

async function checkServer(smtpUrl: string): Promise<Finding> {
  const { host } = new URL(smtpUrl);
  try {
    await probeSmtp(smtpUrl);
    return ok('mail', `The mail server answers at ${host}.`);
  } catch (error) {
    const { reason } = smtpFault(error);
    const [, words, advice] = REASONS.find(([pattern]) => pattern.test(reason)) ?? [undefined, reason, CORRECT];
    return fault('mail', `The mail server cannot be used at ${host}: ${words}.`, advice);
  }
}

const CORRECT = 'Correct SMTP_URL.';
const START = 'Start it, or correct SMTP_URL.';
const TRUST =
  'Give it a certificate that is trusted; if it stands in a network that is yours alone, write ?tls.rejectUnauthorized=false ' +
  'behind SMTP_URL.';

const REASONS: readonly (readonly [RegExp, string, string])[] = [
  [/ECONNREFUSED/, 'nothing listens there', START],
  [/EAUTH/, 'it refuses this user or password', CORRECT],
  [/ETIMEDOUT/, 'it does not answer in time', START],
  [/EDNS|ENOTFOUND|EAI_AGAIN/, 'the name of its host is not known', CORRECT],
  [/CERT|ALTNAME|SELF_SIGNED/, 'its certificate is not trusted', TRUST],
  [/ETLS|SSL/, 'the connection cannot be encrypted, or its certificate is not trusted', TRUST],
  [/ECONNECTION|ECONNRESET/, 'it closes the connection', START],
];

const HERE = 'Mails go to a mail server on this machine; how it sends them on is up to it.';

/** What a mail opens is worth as much as a password. */
export function checkPrivacy({ smtpUrl, publicUrl }: Pick<Settings['mail'], 'smtpUrl' | 'publicUrl'>): Finding[] {
  const findings: Finding[] = [];
  const smtp = new URL(smtpUrl ?? '');
  const isEncrypted = smtp.protocol === 'smtps:' || smtp.searchParams.get('requireTLS') === 'true';
  if (!isEncrypted && !isLoopback(smtp.hostname)) {
    findings.push(
      warning(
        'mail-privacy',
        `Mails to ${smtp.host} are encrypted only if nobody on the way forbids it: the links in them open accounts.`,
        'Use smtps://, or write ?requireTLS=true behind SMTP_URL.',
      ),
    );
  }
  if (smtp.searchParams.get('tls.rejectUnauthorized') === 'false' && !isLoopback(smtp.hostname)) {
    findings.push(
      warning(
        'mail-privacy',
        `Whoever stands between here and ${smtp.host} can read the mails: its certificate is not looked at.`,
        'Give the mail server a certificate that is trusted, and leave tls.rejectUnauthorized out of SMTP_URL.',
      ),
    );
  }
  const pages = new URL(publicUrl);
  if (pages.protocol === 'http:' && !isLoopback(pages.hostname)) {
    findings.push(
      warning('mail-privacy', 'PUBLIC_URL is http: passwords and tokens can be read on their way.', 'Make it https.'),
    );
  }
  if (findings.length > 0) return findings;
  return [
    ok('mail-privacy', isLoopback(smtp.hostname) ? HERE : 'Mails and the links in them are encrypted on their way.'),
  ];
}
