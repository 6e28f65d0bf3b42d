import { AdoptionError } from './adoption-error.js';

export interface ServerLocation {
  readonly kind: 'server';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** Undefined if it is to be asked for elsewhere: a command line is read by everybody on the machine. */
  readonly password: string | undefined;
  readonly database: string;
}

export interface FileLocation {
  readonly kind: 'sqlite' | 'csv' | 'json-lines';
  readonly path: string;
}

export type SourceLocation = ServerLocation | FileLocation;

const FORMS = 'mysql://USER@HOST/DATABASE, mariadb://USER@HOST/DATABASE, sqlite:PATH, FILE.csv or FILE.jsonl';

/** @throws AdoptionError that never shows what was given: it may hold a password */
export function parseLocation(text: string): SourceLocation {
  // As in the settings of the original: mysql+pymysql://…
  if (/^(mysql|mariadb)(\+\w+)?:\/\//i.test(text)) return parseServer(text);
  if (text.startsWith('sqlite://')) {
    throw new AdoptionError(
      'Write sqlite:PATH, with the path of the file as from this folder: sqlite:instance/app.db.',
    );
  }
  const sqlite = /^sqlite:(.+)$/s.exec(text)?.[1];
  if (sqlite !== undefined) return { kind: 'sqlite', path: sqlite };
  if (/\.csv$/i.test(text)) return { kind: 'csv', path: text };
  if (/\.(jsonl|ndjson)$/i.test(text)) return { kind: 'json-lines', path: text };
  throw new AdoptionError(`--from is one of: ${FORMS}.`);
}

function parseServer(text: string): ServerLocation {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = decode(url?.pathname.slice(1));
  const username = decode(url?.username);
  if (!url?.hostname || !database || !username) {
    throw new AdoptionError(
      '--from must name user, host and database: mysql://USER@HOST:3306/DATABASE, with characters such as # and @ of ' +
        'them written %23 and %40.',
    );
  }
  return {
    kind: 'server',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || 3306),
    username,
    password: url.password === '' ? undefined : decode(url.password),
    database,
  };
}

function decode(part = ''): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
