import { expect } from '@jest/globals';
import type { Answer, Api, Person } from './api.js';

/** A browser without scripts: keeps cookies, sends forms with the headers that browsers send, follows when told. */
export class Visitor {
  readonly cookies = new Map<string, string>();

  /** @param headers sent with every request, as a proxy does */
  constructor(
    private readonly api: Api,
    private readonly headers: Record<string, string> = {},
  ) {}

  get(path: string): Promise<Answer> {
    return this.request('GET', path);
  }

  submit(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const sent = { 'content-type': 'application/x-www-form-urlencoded', origin: this.api.url, ...headers };
    return this.request('POST', path, sent, new URLSearchParams(fields).toString());
  }

  private async request(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.api.send(method, path, {
      headers: { ...this.headers, ...headers, ...(cookie && { cookie }) },
      ...(body !== undefined && { body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}

/** Where an answer sends the browser. */
export const redirected = ({ status, headers }: Answer): [number, string | null] => [status, headers.get('location')];

/** Logs someone in on a browser of their own. */
export async function loggedIn(
  api: Api,
  fields: Record<string, string> = {},
): Promise<{ browser: Visitor; person: Person }> {
  const person = await api.person();
  const browser = new Visitor(api);
  expect(redirected(await browser.submit('/login', { ...person, ...fields }))).toEqual([303, '/']);
  return { browser, person };
}
