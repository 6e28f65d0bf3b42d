import { randomBytes } from 'node:crypto';

/** Of every person whose password does not matter. */
export const PASSWORD = 'correct horse 9 battery';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body, if it is JSON. What an answer does not hold is undefined, and fails the expectation. */
  body: {
    status: number;
    message: string;
    server: { platform: string; version: string };
    data: Tokens & {
      user: { name: string; email: string };
      health: string;
      sessions: SessionInfo[];
      ended: number;
    };
    error: unknown;
  };
}

export interface Tokens {
  access_token: string;
  token_type: string;
  expires_in: number;
  refresh_token: string;
}

export interface SessionInfo {
  id: string;
  user_agent: string;
  address: string;
  started_at: string;
  last_seen_at: string;
  expires_at: string;
  current: boolean;
}

/** Someone who is logged in. */
export type SignedIn = Person & { token: string; refreshToken: string };

/** A person with an account, as the tests know them. */
export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Speaks to the API as a client does. */
export class Api {
  constructor(readonly url: string) {}

  async send(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string | Uint8Array<ArrayBuffer> } = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, { method, redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && method !== 'HEAD';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson ? JSON.parse(text) : {}) as Answer['body'],
    };
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.send('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  register(person: unknown): Promise<Answer> {
    return this.post('/api/register', person);
  }

  login(email: unknown, password: unknown): Promise<Answer> {
    return this.post('/api/login', { email, password });
  }

  refresh(refreshToken: unknown): Promise<Answer> {
    return this.post('/api/refresh', { refresh_token: refreshToken });
  }

  /** Sends a request as the one whose access token it is. */
  as(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const authorization = `Bearer ${token}`;
    if (body === undefined) return this.send(method, path, { headers: { authorization } });
    const headers = { authorization, 'content-type': 'application/json' };
    return this.send(method, path, { headers, body: JSON.stringify(body) });
  }

  userInfo(token?: string): Promise<Answer> {
    return token === undefined ? this.send('GET', '/api/user-info') : this.as(token, 'GET', '/api/user-info');
  }

  logout(token: string): Promise<Answer> {
    return this.as(token, 'POST', '/api/logout');
  }

  async sessions(token: string): Promise<SessionInfo[]> {
    return (await this.as(token, 'GET', '/api/sessions')).body.data.sessions;
  }

  /** Registers someone new. */
  async person(changes: Partial<Person> = {}): Promise<Person> {
    const person = { ...newPerson(), ...changes };
    const answer = await this.register(person);
    if (answer.status !== 201) throw new Error(`registering ${person.email} answered ${answer.status}: ${answer.text}`);
    return person;
  }

  /** Registers someone new and logs them in. */
  async signedIn(changes: Partial<Person> = {}): Promise<SignedIn> {
    return this.logIn(await this.person(changes));
  }

  /** Logs someone in on one more device. */
  async logIn(person: Person): Promise<SignedIn> {
    const answer = await this.login(person.email, person.password);
    if (answer.status !== 200) throw new Error(`logging in answered ${answer.status}: ${answer.text}`);
    const { access_token: token, refresh_token: refreshToken } = answer.body.data;
    return { ...person, token, refreshToken };
  }
}

export const newEmail = (): string => `ana-${randomBytes(6).toString('hex')}@example.com`;

/** Someone who has no account yet. */
export const newPerson = (): Person => ({ name: 'Ana', email: newEmail(), password: PASSWORD });

/** What a token says, without verifying it. */
export function decodeJwt(token: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header, claims] = token.split('.', 2).map((part) => {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  });
  return { header: header ?? {}, claims: claims ?? {} };
}

/** The session that an access token belongs to. */
export const sessionIdOf = (token: string): string => String(decodeJwt(token).claims.sid);
