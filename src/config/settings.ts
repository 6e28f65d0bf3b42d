import type { KeyObject } from 'node:crypto';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface ServerDatabaseSettings {
  readonly type: 'mysql' | 'mariadb';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly name: string;
  readonly migrate: boolean;
  /** The longest that a request waits for a connection and its statement. */
  readonly deadlineMs: number;
  /** Connections of one process. */
  readonly poolSize: number;
}

export interface EmbeddedDatabaseSettings {
  readonly type: 'sqlite';
  readonly path: string;
  readonly migrate: boolean;
  readonly deadlineMs: number;
}

export type DatabaseSettings = EmbeddedDatabaseSettings | ServerDatabaseSettings;

/** What the environment says, checked, grouped and frozen: see `env.ts`. */
export interface Settings {
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Addresses or CIDR ranges whose `X-Forwarded-*` headers are believed. */
    readonly trustProxy: readonly string[];
    /** Limits of requests for each client address. The limits of an account are never off. */
    readonly rateLimits: boolean;
    /** Of one process; a client over it finds its connection closed. */
    readonly maxConnections: number;
  };
  /** Processes that serve; 1 means this one. */
  readonly workers: number;
  readonly database: DatabaseSettings;
  /** Where the limits are counted instead of in the database: `redis://` or `rediss://`, with its password. */
  readonly redisUrl: string | undefined;
  /** What signs HS256 tokens and seals the private keys; `previous` still verifies and opens. */
  readonly secrets: { readonly current: KeyObject; readonly previous: KeyObject | undefined };
  readonly accessToken: { readonly ttlSeconds: number; readonly issuer: string; readonly audience: string };
  readonly sessions: {
    readonly idleSeconds: number;
    readonly absoluteSeconds: number;
    /** How long a refresh token that was rotated still gets its successor. */
    readonly refreshGraceSeconds: number;
  };
  /** The one client that may introspect tokens; without it the endpoint is closed. */
  readonly introspection: { readonly clientId: string; readonly clientSecret: string } | undefined;
  readonly passwords: {
    readonly bcryptCost: number;
    /** Hashes at once in one process: fewer than the threads of libuv's pool, which files and DNS share. */
    readonly hashConcurrency: number;
    /** The rule of the original, or that of NIST SP 800-63B-4. */
    readonly policy: 'classic' | 'nist';
    /** A range service like that of Have I Been Pwned, without a slash at the end. */
    readonly breachedUrl: string | undefined;
  };
  readonly mail: {
    /** `mailbox` keeps mails in memory, for their developer to see; `none` sends none. */
    readonly transport: 'smtp' | 'mailbox' | 'none';
    /** `smtp://` or `smtps://`, with its password. */
    readonly smtpUrl: string | undefined;
    readonly from: { readonly name: string; readonly address: string };
    /** The origin that every link in a mail begins with, without a slash at the end. */
    readonly publicUrl: string;
  };
  readonly accounts: {
    /** Whether only those log in who showed that mail to their address reaches them. */
    readonly requireVerifiedEmail: boolean;
    readonly defaultLanguage: string;
  };
  /** Where `/metrics` is served, on a port of its own; undefined for nowhere. */
  readonly metrics: { readonly host: string; readonly port: number; readonly token: string | undefined } | undefined;
  readonly audit: { readonly keptSeconds: number };
  readonly logLevel: (typeof LOG_LEVELS)[number];
}
