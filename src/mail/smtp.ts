import { createTransport } from 'nodemailer';

/**
 * A server that does not greet is given up soon. One that has the whole mail may take its time to accept it (RFC 5321,
 * section 4.5.3.2.6): who gives up too soon sends it again, and it arrives twice.
 */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, dnsTimeout: 10_000, socketTimeout: 120_000 };

/** One connection for each mail: none is used that a server may have closed meanwhile. */
export const openSmtp = (url: string, timeouts: Partial<typeof TIMEOUTS> = {}) =>
  createTransport({ url, ...TIMEOUTS, ...timeouts, logger: false, debug: false });

/** Connects, encrypts and logs in as for a mail, and sends none. @throws what `smtpFault` reads */
export async function probeSmtp(url: string): Promise<void> {
  await openSmtp(url, { socketTimeout: TIMEOUTS.greetingTimeout }).verify();
}

export interface SmtpFault {
  /** Names and numbers only: the words of a server may hold addresses. */
  readonly reason: string;
  /** The server will never take it, as for an address that does not exist. */
  readonly isFinal: boolean;
}

export function smtpFault(error: unknown): SmtpFault {
  const { code, originalCode, responseCode, command, name } = error as {
    code?: string;
    originalCode?: string;
    responseCode?: number;
    command?: string;
    name?: string;
  };
  const reason = [originalCode ?? code ?? name ?? 'unknown', responseCode].filter(Boolean).join(' ');
  // A refused sender or login is a mistake in the settings, after which the mail goes out yet.
  const isRefused = responseCode !== undefined && responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
  return { reason, isFinal: isRefused || (code === 'EENVELOPE' && command === 'API') };
}
