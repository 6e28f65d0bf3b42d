import { readFileSync } from 'node:fs';
import { type } from 'node:os';
import { join } from 'node:path';
import { SetMetadata } from '@nestjs/common';
import type { FieldFaults } from './app-error.js';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

/** The application's version; the original told the kernel's, which tells an attacker what to try. */
const SERVER = Object.freeze({ platform: type(), version });

/** What every JSON answer looks like: exactly one of `data` and `error`, and `status` equal to the HTTP status. */
export interface Envelope<T> {
  status: number;
  message: string;
  server: typeof SERVER;
  data?: T;
  error?: string | FieldFaults;
}

export function success<T>(status: number, message: string, data: T): Envelope<T> {
  return { status, message, server: SERVER, data };
}

export function failure(status: number, message: string, error: string | FieldFaults): Envelope<never> {
  return { status, message, server: SERVER, error };
}

export const MESSAGE = 'message';

/** The `message` of the envelope around what the route returns. A route without it is not wrapped: it renders a page. */
export const Message = (message: string) => SetMetadata(MESSAGE, message);

/** Whether a path answers JSON in the envelope; all others are pages. */
export function isApiPath(url: string): boolean {
  return /^\/(?:api|health)(?:[/?]|$)/.test(url);
}
