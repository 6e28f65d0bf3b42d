import { spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { transform } from '@swc/core';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { freePort } from '../database-server.mjs';
import { decodeJwt, type SignedIn } from './api.js';

const ROOT = join(import.meta.dirname, '../..');
export const SNIPPETS = join(ROOT, 'docs/resource-servers');
const START_DEADLINE_MS = 30_000;

/** An API beside Kunci that answers `GET /me` with `{ sub, sid }` of the token. */
export interface ResourceServer {
  readonly ask: (token?: string) => Promise<{ status: number; challenge: string | null; body: unknown }>;
  readonly stop: () => Promise<unknown>;
}

/** Those that verify tokens themselves. What is not at hand is told by `test/run.mjs`. */
export const LOCAL: Readonly<Record<string, (kunciUrl: string) => Promise<ResourceServer>>> = {
  jose: (kunciUrl) => Promise.resolve(joseItself(kunciUrl)),
  express: (kunciUrl) => startSnippet([process.execPath, join(SNIPPETS, 'express.mjs')], kunciUrl),
  nestjs: async (kunciUrl) => startSnippet([process.execPath, '--input-type=module'], kunciUrl, await compiledNestjs()),
  ...(process.env.TEST_PYTHON && {
    flask: (kunciUrl) => startSnippet([process.env.TEST_PYTHON ?? '', join(SNIPPETS, 'flask_app.py')], kunciUrl),
  }),
};

/** In this process, with nothing between the test and the library. */
function joseItself(kunciUrl: string): ResourceServer {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', kunciUrl), { cooldownDuration: 5_000 });
  const identity = { issuer: 'kunci', audience: 'kunci-api', requiredClaims: ['sub', 'sid', 'exp'] };
  const expected = { ...identity, typ: 'at+jwt', algorithms: ['ES256', 'RS256'] };
  const ask = async (token = '') => {
    try {
      const { sub, sid } = (await jwtVerify(token, keys, expected)).payload;
      return { status: 200, challenge: null, body: { sub, sid } };
    } catch (error) {
      const { code = 'ERR_JOSE_GENERIC' } = error as { code?: string };
      return { status: code === 'ERR_JOSE_GENERIC' ? 503 : 401, challenge: 'Bearer', body: undefined };
    }
  };
  return { ask, stop: () => Promise.resolve() };
}

async function compiledNestjs(): Promise<string> {
  const parser = { syntax: 'typescript', decorators: true } as const;
  const jsc = { target: 'es2022', parser, transform: { legacyDecorator: true, decoratorMetadata: true } } as const;
  const source = readFileSync(join(SNIPPETS, 'nestjs.ts'), 'utf8');
  return (await transform(source, { module: { type: 'es6' }, jsc })).code;
}

/** @param source what Node reads from standard input, and so finds the packages of the working directory */
async function startSnippet(command: string[], kunciUrl: string, source = ''): Promise<ResourceServer> {
  const port = await freePort();
  const settings = { KUNCI_URL: kunciUrl, PORT: String(port), PYTHONDONTWRITEBYTECODE: '1' };
  return start(command, `http://127.0.0.1:${port}`, settings, source);
}

/** The configuration as it stands in the documentation, but for its three addresses. */
export async function startNginx(kunciUrl: string, apiUrl: string) {
  const folder = mkdtempSync(join(tmpdir(), 'kunci-nginx-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const placed = { '127.0.0.1:8080': kunciUrl, '127.0.0.1:3000': apiUrl, '127.0.0.1:8000': url };
  let snippet = readFileSync(join(SNIPPETS, 'nginx.conf'), 'utf8');
  for (const [from, to] of Object.entries(placed)) {
    if (snippet.split(from).length !== 2) throw new Error(`nginx.conf does not name ${from} once.`);
    snippet = snippet.replace(from, new URL(to).host);
  }
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
  // One process, which ends with its handle.
  const main = 'daemon off; master_process off; pid pid; error_log error.log info; events {}';
  writeFileSync(join(folder, 'conf'), `${main} http { access_log access.log; ${folders.join(' ')} ${snippet} }`);
  const args = ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'conf')];
  const server = await start([process.env.TEST_NGINX ?? '', ...args], url, {});
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const logs = () => ['access.log', 'error.log'].map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  return { ...server, url, stop, logs };
}

async function start(command: string[], url: string, settings: object, input = ''): Promise<ResourceServer> {
  const [program = '', ...args] = command;
  // No variable of the person who runs the tests may leak in.
  const { PATH = '' } = process.env;
  const child = spawn(program, args, { cwd: ROOT, env: { PATH, ...settings } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end(input);
  const closed = once(child, 'close');
  const stop = () => {
    child.kill('SIGTERM');
    return closed;
  };
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    if (await fetch(url).catch(() => undefined)) return { ask: (token) => ask(url, token), stop };
    await sleep(50);
  }
  await stop();
  throw new Error(`${command.join(' ')} did not start:\n${output}`);
}

async function ask(url: string, token?: string): ReturnType<ResourceServer['ask']> {
  const answer = await fetch(`${url}/me`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  const body: unknown = answer.ok ? JSON.parse(text) : undefined;
  return { status: answer.status, challenge: answer.headers.get('www-authenticate'), body };
}

/** Plays Kunci where the real one does not say what a test needs, and the API behind nginx. */
export class Outside {
  readonly received: { line: string; headers: IncomingMessage['headers']; body: string }[] = [];
  jwksStatus = 200;
  /** 0 is silence. */
  userInfoStatus = 200;
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request, response);
  });

  /** @returns its URL */
  async start(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  stop(): Promise<unknown> {
    this.server.close().closeAllConnections();
    return once(this.server, 'close');
  }

  /** @returns a token of its own key */
  sign(claims: object, header = {}): string {
    return jws({ alg: 'ES256', typ: 'at+jwt', kid: 'own', ...header }, claims, ES256.privateKey);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', method = '', headers } = request;
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString();
    this.received.push({ line: `${method} ${path}`, headers, body });
    // The API behind nginx need not verify what it reads.
    const { sub, sid } = decodeJwt(headers.authorization?.slice('Bearer '.length) ?? 'e30.e30').claims;
    if (path === '/.well-known/jwks.json')
      response.writeHead(this.jwksStatus).end(JSON.stringify({ keys: [{ ...JWK, kid: 'own', alg: 'ES256' }] }));
    else if (path !== '/api/user-info') response.end(JSON.stringify({ sub, sid }));
    else if (this.userInfoStatus !== 0) response.writeHead(this.userInfoStatus).end();
  }
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** @param key a private one, a secret for HMAC, or '' for no signature at all */
export function jws(header: object, claims: object, key: KeyObject | string): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  if (key === '') return `${signed}.`;
  const withSecret = (secret: string) => createHmac('sha256', secret).update(signed).digest();
  const withKey = (pair: KeyObject) => sign('sha256', Buffer.from(signed), { key: pair, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${(typeof key === 'string' ? withSecret(key) : withKey(key)).toString('base64url')}`;
}

/** A token of Kunci, and what a test needs to change it. */
export type Verified = SignedIn & ReturnType<typeof decodeJwt> & { pem: string };

const ES256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const RS256 = generateKeyPairSync('rsa', { modulusLength: 2048 });
const JWK = ES256.publicKey.export({ format: 'jwk' });

/** @returns a token that says the same under another header, with a key of the test's own if no other is named */
export const resigned =
  (header: object, key: KeyObject | string = ES256.privateKey) =>
  (good: Verified) =>
    jws({ ...good.header, ...header }, good.claims, key);

export const FORGED: [string, (good: Verified) => string | undefined][] = [
  ['no token', () => undefined],
  ['what is no token', () => 'e30.e30.e30'],
  ['a touched signature', ({ token }) => token.replace(/.{8}$/, 'AAAAAAAA')],
  ['touched claims', ({ token, claims }) => token.replace(/(?<=\.).+(?=\.)/, encode({ ...claims, sub: '0' }))],
  ['the public key for a secret', (good) => resigned({ alg: 'HS256' }, good.pem)(good)],
  ['no algorithm', resigned({ alg: 'none' }, '')],
  ["another's key that comes along", resigned({ jwk: JWK })],
  ["another's key of the same id", resigned({})],
  ["another's key of an unknown id", resigned({ kid: 'unknown' })],
  ["another's key of no id", resigned({ kid: undefined })],
  ["another's RSA key of the same id", resigned({ alg: 'RS256' }, RS256.privateKey)],
  ['a refresh token', ({ refreshToken }) => refreshToken],
];
