import { UsageError } from '../http/operator-error.js';
import { parseServerUrl, type ServerLocation } from './server-url.js';

export interface ServerSource extends ServerLocation {
  readonly kind: 'server';
}

export interface FileLocation {
  readonly kind: 'sqlite' | 'csv' | 'json-lines';
  readonly path: string;
}

export type SourceLocation = ServerSource | FileLocation;

const FORMS = 'mysql://USER@HOST/DATABASE, mariadb://USER@HOST/DATABASE, sqlite:PATH, FILE.csv or FILE.jsonl';

/** @throws UsageError that never shows what was given: it may hold a password */
export function parseLocation(text: string): SourceLocation {
  // As in the settings of the original: mysql+pymysql://…
  if (/^(mysql|mariadb)(\+\w+)?:\/\//i.test(text)) return parseServer(text);
  if (text.startsWith('sqlite://')) {
    throw new UsageError('Write sqlite:PATH, with the path of the file as from this folder: sqlite:instance/app.db.');
  }
  const sqlite = /^sqlite:(.+)$/s.exec(text)?.[1];
  if (sqlite !== undefined) return { kind: 'sqlite', path: sqlite };
  if (/\.csv$/i.test(text)) return { kind: 'csv', path: text };
  if (/\.(jsonl|ndjson)$/i.test(text)) return { kind: 'json-lines', path: text };
  throw new UsageError(`--from is one of: ${FORMS}.`);
}

function parseServer(text: string): ServerSource {
  const server = parseServerUrl(text);
  if (server) return { kind: 'server', ...server };
  throw new UsageError(
    '--from must name user, host and database, and no options: mysql://USER@HOST:3306/DATABASE, in which every #, @ and % ' +
      'of a name or password is written %23, %40 and %25.',
  );
}
