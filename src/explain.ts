import { SettingsError } from './config/environment.js';
import { KeyError } from './keys/key-rotation.service.js';
import { SealedKeyError } from './keys/private-key.js';

/** What a person can mend is said in a sentence; the rest with its stack. */
export function explain(error: unknown): string {
  if (error instanceof SettingsError) return `${error.message}\n\nSee .env.example for all of them.`;
  if (error instanceof SealedKeyError || error instanceof KeyError) return error.message;
  const { code, message, port, address, stack } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') return `Port ${port} of ${address} is taken. Set PORT to another one.`;
  // What the system or the database refused, in their words; what Kunci got wrong itself, with its stack.
  const { syscall = '' } = error as NodeJS.ErrnoException;
  const isOutside =
    /^(ER_|SQLITE_)/.test(code ?? '') || ['listen', 'connect', 'getaddrinfo', 'mkdir'].includes(syscall);
  const isUnmigrated =
    ['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR'].includes(code ?? '') || /no such (table|column)/.test(message);
  if (isUnmigrated) return `The tables are missing (${message}).\nRun \`npm run migration:run\`, or set DB_MIGRATE=on.`;
  if (isOutside) return `It could not start: ${message} (${code})\nCheck HOST, PORT and the DB_ settings.`;
  return stack ?? String(error);
}
