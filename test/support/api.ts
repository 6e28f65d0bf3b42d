import { randomBytes } from 'node:crypto';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body, if it is JSON. What an answer does not hold is undefined, and fails the expectation. */
  body: {
    status: number;
    message: string;
    server: { platform: string; version: string };
    data: { user: { name: string; email: string }; access_token: string; health: string };
    error: unknown;
  };
}

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

  userInfo(token?: string): Promise<Answer> {
    return this.send(
      'GET',
      '/api/user-info',
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    );
  }

  /** Registers someone new. */
  async person(changes: Partial<Person> = {}): Promise<Person> {
    const person = { name: 'Ana', email: newEmail(), password: 'correct horse 9 battery', ...changes };
    const answer = await this.register(person);
    if (answer.status !== 201) throw new Error(`registering ${person.email} answered ${answer.status}: ${answer.text}`);
    return person;
  }

  /** Registers someone new and logs them in. */
  async signedIn(changes: Partial<Person> = {}): Promise<Person & { token: string }> {
    const person = await this.person(changes);
    const answer = await this.login(person.email, person.password);
    if (answer.status !== 200) throw new Error(`logging in answered ${answer.status}: ${answer.text}`);
    return { ...person, token: answer.body.data.access_token };
  }
}

export const newEmail = (): string => `ana-${randomBytes(6).toString('hex')}@example.com`;

/** What a token says, without verifying it. */
export function decodeJwt(token: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header, claims] = token.split('.', 2).map((part) => {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  });
  return { header: header ?? {}, claims: claims ?? {} };
}
