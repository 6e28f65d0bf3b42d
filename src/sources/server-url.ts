/** A database of a MySQL or MariaDB, and as whom it is asked. */
export interface ServerLocation {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** Undefined if it is to be found elsewhere: a command line is read by everybody on the machine. */
  readonly password: string | undefined;
  readonly database: string;
}

/** What SQLAlchemy's URLs often end with; it is always utf8mb4 here. Another option, such as one for TLS, would be promised in vain. */
const CHARSET = /^(\?charset=\w+)?$/;

/** @returns undefined if user, host or database is missing, or a % is no escape; it is not shown, for it may hold a password */
export function parseServerUrl(text: string): ServerLocation | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = percentDecoded(url?.pathname.slice(1));
  const username = percentDecoded(url?.username);
  const password = percentDecoded(url?.password);
  const isWhole = url?.hostname && database && !database.includes('/') && username && password !== undefined;
  if (!isWhole || !CHARSET.test(url.search) || url.hash) return undefined;
  // Without the brackets of an IPv6 address.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(url.port || 3306), username, password: password === '' ? undefined : password, database };
}

function percentDecoded(part = ''): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
