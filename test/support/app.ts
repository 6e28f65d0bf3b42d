import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { createApp } from '../../src/app.setup.js';
import { readSettings } from '../../src/config/env.js';
import { BackgroundPruning } from '../../src/database/background-pruning.js';
import { Api } from './api.js';
import { createDatabase, type TestDatabase } from './database.js';

export const SECRET_KEY = 'ein-Schluessel-nur-fuer-Tests-0123456789';

export interface TestApp {
  app: NestFastifyApplication;
  api: Api;
  url: string;
  dataSource: DataSource;
  database: TestDatabase;
  stop(): Promise<void>;
}

/**
 * The real application, listening on a port of its own, on an empty database of the engine under test, where nothing is
 * pruned unless a test says so. One at a time in a test file: Passport keeps its strategies for the whole process.
 */
export async function startApp(changes: Record<string, string> = {}): Promise<TestApp> {
  const database = await createDatabase();
  const app = await createApp(readSettings(testSettings(database, changes)));
  const stop = async () => {
    await app.close();
    await database.drop();
  };
  try {
    await app.listen(0, '127.0.0.1');
    // At a time of its own within ten minutes it would take what a test wants to count.
    for (const pruning of pruningsOf(app)) pruning.onApplicationShutdown();
  } catch (error) {
    await stop();
    throw error;
  }
  const url = await app.getUrl();
  return { app, url, api: new Api(url), dataSource: app.get(DataSource), database, stop };
}

/** Everything that prunes a table in the background of a server. */
export function pruningsOf(app: NestFastifyApplication): BackgroundPruning[] {
  const providers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.providers.values()]);
  return providers.map(({ instance }) => instance).filter((it) => it instanceof BackgroundPruning);
}

/** As many at once as the races have: none is refused for want of room to hash, however busy the machine is. */
export const ROOM_TO_HASH = { HASH_CONCURRENCY: '24', UV_THREADPOOL_SIZE: '32' };

export function testSettings(database: TestDatabase, changes: Record<string, string> = {}): Record<string, string> {
  return {
    ...database.settings,
    SECRET_KEY,
    PORT: '0',
    BCRYPT_COST: '10',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'silent',
    // Mails are kept and can be read, unless a test names a mail server.
    NODE_ENV: 'development',
    ...changes,
  };
}
