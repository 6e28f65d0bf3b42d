import { QueryFailedError } from 'typeorm';
import { OperatorError } from './http/operator-error.js';
import { SettingsError } from './config/environment.js';
import { explainConnection } from './database/connection-failure.js';
import { CopyError } from './database/copy-error.js';
import { SchemaOutdatedError } from './database/database-connection.js';
import { DatabaseUnavailableError } from './database/database-unavailable.error.js';
import { AppError } from './http/app-error.js';
import { KeyError } from './keys/key-rotation.service.js';
import { SealedKeyError } from './keys/private-key.js';

type SystemError = NodeJS.ErrnoException & { port?: number; address?: string };

/** Their messages are sentences for a person. */
const SENTENCES = [CopyError, KeyError, OperatorError, SchemaOutdatedError, SealedKeyError];

/** What a person can mend is said in a sentence; the rest with its stack. */
export function explain(error: unknown): string {
  if (error instanceof SettingsError) return `${error.message}\n\nSee .env.example for all of them.`;
  if (SENTENCES.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof AppError) return faultsOf(error);
  const { code = '', message, port, address, stack, syscall = '' } = error as SystemError;
  if (code === 'EADDRINUSE') return `Port ${port} of ${address} is taken. Set PORT to another one.`;
  if (['listen', 'bind'].includes(syscall)) return `It could not start: ${message}\nCheck HOST and PORT.`;
  // A folder where a file is meant, or the reverse: DB_PATH, its secret.key, or a file that holds a secret.
  const isPathFault = ['ENOTDIR', 'EISDIR'].includes(code) || syscall === 'mkdir';
  if (isPathFault) return `It could not start: ${message}\nCheck DB_PATH and the settings that end in _FILE.`;
  const isUnmigrated =
    ['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR'].includes(code) || /no such (table|column)/.test(message);
  if (isUnmigrated) return `The tables are missing (${message}).\nRun \`npm run migration:run\`, or set DB_MIGRATE=on.`;
  const failure = explainConnection(error);
  if (failure) return `The database cannot be used: ${failure.reason} (${message || code}).\n${failure.advice}`;
  const reason: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (reason instanceof DatabaseUnavailableError) return `The database cannot do it now: ${reason.message}`;
  // What the database refused, in its words; what Kunci got wrong itself, with its stack.
  const isOutside = /^(ER_|SQLITE_)/.test(code) || ['connect', 'getaddrinfo'].includes(syscall);
  if (isOutside) return `It could not start: ${message} (${code})\nCheck the DB_ settings and the log of the database.`;
  return stack ?? String(error);
}

/** A line for each fault of a field. */
function faultsOf({ fields = {}, message }: AppError): string {
  const lines = Object.entries(fields).flatMap(([name, faults]) => faults.map((fault) => `${name}: ${fault}`));
  return lines.length > 0 ? lines.join('\n') : message;
}
