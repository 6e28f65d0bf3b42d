// A database of its own on the server under test, with many users, and what some of them need to get in.
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import mysql from 'mysql2/promise';
import { atEnd } from './processes.mjs';

export const USERS = Math.max(1, Math.round(Number(process.env.BENCH_USERS) || 100_000));
const BATCH = 5_000;
const PASSWORD = 'correct horse 9 battery';
const TOKEN_SECONDS = 3_600;

/** @returns the settings by which both servers find it, and how to fill it once Kunci has made the table */
export async function createDatabase(engine) {
  const name = `kunci_bench_${randomBytes(6).toString('hex')}`;
  const connection = await mysql.createConnection(engine.url);
  atEnd(async () => {
    await connection.query(`DROP DATABASE IF EXISTS ${name}`);
    await connection.end();
  });
  await connection.query(`CREATE DATABASE ${name}`);
  await connection.changeUser({ database: name });
  const { hostname, port, username, password } = new URL(engine.url);
  const settings = {
    DB_TYPE: engine.name,
    DB_HOST: hostname,
    DB_PORT: port || '3306',
    DB_USERNAME: decodeURIComponent(username),
    DB_PASSWORD: decodeURIComponent(password),
    DB_NAME: name,
  };
  return { settings, fill: (hashPassword) => fill(connection, hashPassword) };
}

/** All have the same password and hash: a hundred thousand hashes would take hours. */
async function fill(connection, hashPassword) {
  const hash = await hashPassword(PASSWORD, 12);
  for (let first = 1; first <= USERS; first += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, USERS - first + 1) }, (_, i) => [
      first + i,
      `User ${first + i}`,
      emailOf(first + i),
      emailOf(first + i),
      hash,
    ]);
    await connection.query('INSERT INTO users (id, name, email, email_canonical, password_hash) VALUES ?', [rows]);
    await fillSessions(connection, rows);
  }
  await connection.query('ANALYZE TABLE users, sessions');
}

/** Everyone is logged in on one device. */
async function fillSessions(connection, users) {
  const [now, end] = [new Date(), new Date(Date.now() + 14 * 86_400_000)];
  const rows = users.map(([id]) => {
    const handle = createHash('sha256').update(`handle ${id}`).digest('base64url');
    return [sessionIdOf(id), id, 1, 'api_client', handle, handle, 'bench', '127.0.0.1', now, now, end];
  });
  await connection.query(
    `INSERT INTO sessions (id, user_id, password_version, kind, handle_hash, refresh_secret_hash, user_agent, address,
       started_at, last_seen_at, expires_at) VALUES ?`,
    [rows],
  );
}

/** Access tokens as Kunci signs them, of users from all over the table. @param header theirs, in base64url */
export function makeTokens(secret, header, count) {
  const now = Math.floor(Date.now() / 1_000);
  return spread(Math.min(count, USERS)).map((id) => {
    const times = { iat: now, exp: now + TOKEN_SECONDS };
    const subject = { sub: String(id), sid: sessionIdOf(id), jti: randomUUID() };
    const claims = base64url({ iss: 'kunci', aud: 'kunci-api', ...subject, ...times });
    const signature = createHmac('sha256', secret).update(`${header}.${claims}`).digest('base64url');
    return `${header}.${claims}.${signature}`;
  });
}

/** Credentials of users from all over the table. */
export function makeCredentials(count) {
  return spread(Math.min(count, USERS)).map((id) => ({ email: emailOf(id), password: PASSWORD }));
}

function spread(count) {
  return Array.from({ length: count }, (_, i) => 1 + Math.floor((i * USERS) / count));
}

/** As random as a real one, and the same each time it is asked for. */
function sessionIdOf(id) {
  const hex = createHash('sha256').update(`session ${id}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function emailOf(id) {
  return `user${id}@example.com`;
}

function base64url(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
