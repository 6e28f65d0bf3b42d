import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';

/** An empty database of the engine under test, which `test/run.mjs` named; without one, SQLite. */
export interface TestDatabase {
  /** The settings by which the application finds it. */
  settings: Record<string, string>;
  drop(): Promise<void>;
}

export const ENGINE = process.env.TEST_ENGINE ?? 'sqlite';

export async function createDatabase(): Promise<TestDatabase> {
  if (ENGINE === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'kunci-test-'));
    return {
      settings: { DB_TYPE: 'sqlite', DB_PATH: join(folder, 'kunci.db') },
      drop: () => rm(folder, { recursive: true, force: true }),
    };
  }
  const server = new URL(process.env.TEST_SERVER_URL ?? '');
  const name = `kunci_test_${randomBytes(6).toString('hex')}`;
  // latin1 on purpose: the tables must not depend on what the database was created with.
  await onServer(`CREATE DATABASE ${name} CHARACTER SET latin1`);
  return {
    settings: {
      DB_TYPE: ENGINE,
      DB_HOST: server.hostname,
      DB_PORT: server.port || '3306',
      DB_USERNAME: decodeURIComponent(server.username),
      DB_PASSWORD: decodeURIComponent(server.password),
      DB_NAME: name,
    },
    drop: () => onServer(`DROP DATABASE ${name}`),
  };
}

async function onServer(sql: string): Promise<void> {
  const connection = await createConnection(process.env.TEST_SERVER_URL ?? '');
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
