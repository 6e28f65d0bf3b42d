// What Kunci is measured against: GET /api/user-info written by hand with nothing but node:http and mysql2. The same
// checks of the token and the same answer; no logs, no security headers, and one query for each request.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type } from 'node:os';
import mysql from 'mysql2';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const env = process.env;
const key = createSecretKey(env.SECRET_KEY, 'utf8');
const server = { platform: type(), version };
const pool = mysql.createPool({
  host: env.DB_HOST,
  port: Number(env.DB_PORT),
  user: env.DB_USERNAME,
  password: env.DB_PASSWORD,
  database: env.DB_NAME,
  charset: 'utf8mb4',
  timezone: 'Z',
  connectionLimit: 10,
});

/** The same conditions as in Kunci's `live-sessions.ts`. */
const LIVE_SESSION = `SELECT user.id, user.name, user.email FROM sessions session JOIN users user ON user.id = session.user_id
  WHERE session.id = ? AND session.ended_at IS NULL AND session.expires_at > ? AND user.locked_at IS NULL
    AND user.password_version = session.password_version`;

const http = createServer((request, response) => {
  if (request.method !== 'GET' || request.url !== '/api/user-info')
    return answer(response, 404, 'Not found', { error: 'Not found' });
  const subject = subjectOf(request.headers.authorization);
  if (subject === null) return answer(response, 401, 'Unauthorized', { error: 'Invalid token' });
  pool.execute(LIVE_SESSION, [subject.sid, new Date()], (error, rows) => {
    if (error) return answer(response, 500, 'Internal error', { error: 'Internal error' });
    if (rows[0]?.id !== Number(subject.sub)) return answer(response, 401, 'Unauthorized', { error: 'Invalid token' });
    const [{ name, email }] = rows;
    answer(response, 200, 'User information retrieved successfully', { data: { user: { name, email } } });
  });
});
http.listen(0, '127.0.0.1', () =>
  process.stderr.write(`The server is running at http://127.0.0.1:${http.address().port}\n`),
);
process.once('SIGTERM', () => process.exit());

/** @returns null unless the token is signed with HS256 and the key, in force, and Kunci's */
function subjectOf(authorization = '') {
  const [, header, payload, signature] = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization) ?? [];
  if (!signature) return null;
  const expected = createHmac('sha256', key).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const { iss, aud, exp, sub, sid } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return iss === 'kunci' && aud === 'kunci-api' && exp > Date.now() / 1_000 ? { sub, sid } : null;
}

function answer(response, status, message, content) {
  const body = JSON.stringify({ status, message, server, ...content });
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}
