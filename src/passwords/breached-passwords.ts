import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';

/** Somebody is waiting, and the answer is a service of others. */
const DEADLINE_MS = 1_000;

/** A thousand lines, as Have I Been Pwned answers, are 45 KB. */
const MOST_BYTES = 1_000_000;

/** A service that is away must not fill the log. */
const WARN_EVERY_MS = 60_000;

/** Hexadecimal digits of the hash that are told: about a thousand known passwords begin with the same ones. */
const TOLD = 5;

/**
 * Asks a service like Have I Been Pwned whether a password has leaked. What is asked for says next to nothing about it,
 * and padding keeps the length of the answer from telling more: https://haveibeenpwned.com/API/v3#PwnedPasswords
 */
@Injectable()
export class BreachedPasswords {
  private readonly logger = new Logger(BreachedPasswords.name);
  private readonly url: string | undefined;
  private warnedAt = -Infinity;

  constructor(@Inject(SETTINGS) { passwords }: Settings) {
    this.url = passwords.breachedUrl;
  }

  /** A service that does not answer as it should keeps nobody from registering: then nothing has leaked. */
  async includes(password: string): Promise<boolean> {
    if (this.url === undefined) return false;
    const hash = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
    try {
      const range = await fetchRange(`${this.url}/${hash.slice(0, TOLD)}`);
      return isCounted(range, hash.slice(TOLD));
    } catch (error) {
      this.warn(reasonOf(error));
      return false;
    }
  }

  private warn(reason: string): void {
    if (performance.now() - this.warnedAt < WARN_EVERY_MS) return;
    this.warnedAt = performance.now();
    this.logger.warn(`Whether a password has leaked could not be found out: ${reason}`);
  }
}

async function fetchRange(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { 'add-padding': 'true', 'user-agent': 'kunci', accept: 'text/plain' },
    // Where it leads to was chosen by the service, not by who runs this one.
    redirect: 'manual',
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  return readBounded(response);
}

/** Leaving the loop ends the download. */
async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}

/** Lines of `<the other digits>:<times>`; what is there no times is padding. */
function isCounted(range: string, otherDigits: string): boolean {
  const lines = range.split(/\r?\n/).filter((line) => line !== '');
  // A page that says "Welcome" would let every password pass in silence.
  if (!lines.every((line) => /^[0-9A-F]{35}:\d+$/i.test(line))) throw new Error('no list of hashes');
  const line = lines.find((each) => each.toUpperCase().startsWith(otherDigits));
  return line !== undefined && Number(line.slice(line.indexOf(':') + 1)) > 0;
}

/** Never the whole error: it may quote what was asked for. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { readonly cause?: { readonly code?: string } };
  return name === 'Error' ? message : (cause?.code ?? name);
}
