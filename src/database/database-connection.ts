import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource, QueryFailedError } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { emptyWriteAheadLog } from './data-source-options.js';
import { DatabaseUnavailableError, isUnreachable } from './database-unavailable.error.js';
import { isOutdated } from './inspection.js';
import { runMigrations } from './migration-lock.js';
import { breakerOf } from './pool-with-deadlines.js';
import { USED_BY, type UsedBy } from './used-by.js';

/** A database that comes up is found within two seconds. */
const PAUSES_MS = [250, 500, 1_000, 1_500];

/** Tables may take any time to be made; whoever looks whether the process lives should not have to wait for it. */
const LISTEN_AFTER_MS = 5_000;

/** The same trouble again is no news. */
const REPEATED_AFTER_MS = 60_000;

/** Somebody else migrates (DB_MIGRATE=off), and has not yet. */
export class SchemaOutdatedError extends Error {
  constructor() {
    super('The tables are missing or older than this version. Run `npm run migration:run`, or set DB_MIGRATE=on.');
    this.name = 'SchemaOutdatedError';
  }
}

/** Connects, now or as soon as the database can be reached: a server that starts before it waits, and says so. */
@Injectable()
export class DatabaseConnection implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Database');
  private readonly waiting: (() => Promise<void>)[] = [];
  private state: 'connecting' | 'connected' | 'closed' = 'connecting';
  private timer: NodeJS.Timeout | undefined;
  private lastTold = { trouble: '', at: -Infinity };

  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(USED_BY) private readonly usedBy: UsedBy,
  ) {}

  /** Whether it has been reached since the start, and what the requests need has been read from it. */
  get isConnected(): boolean {
    return this.state === 'connected';
  }

  /** Done when connected, when that failed, or when it takes too long: then it goes on while the server listens. */
  async onModuleInit(): Promise<void> {
    const connecting = this.connect();
    try {
      if (!this.canWait) await connecting;
      else if (!(await isDoneWithin(LISTEN_AFTER_MS, connecting))) {
        this.logger.warn('The database is not ready yet: listening without it.');
        void this.follow(connecting, 0);
      }
    } catch (error) {
      if (!this.isWorthWaiting(error)) throw inWordsOfTheDriver(error);
      this.tell(error);
      this.connectLater(0);
    }
  }

  /** Runs it once there is a connection and the tables are there, before any request is let in. */
  async onConnected(run: () => Promise<void>): Promise<void> {
    if (this.state === 'connected') await run();
    else this.waiting.push(run);
  }

  /** Once nothing writes any more: what SQLite wrote ahead goes into the file itself, so that a copy of it is complete. */
  onApplicationShutdown(): void {
    this.state = 'closed';
    clearTimeout(this.timer);
    breakerOf(this.dataSource)?.stop();
    const { database } = this.settings;
    if (database.type === 'sqlite') emptyWriteAheadLog(database.path);
  }

  private async connect(): Promise<void> {
    const { database } = this.settings;
    // First, because what it asks has deadlines, and migrating has none: a server that hangs is found out here.
    if (!this.dataSource.isInitialized) await this.dataSource.initialize();
    if (this.state === 'closed') return this.dataSource.destroy();
    if (await isOutdated(this.dataSource)) {
      if (!database.migrate) throw new SchemaOutdatedError();
      await runMigrations(database);
    }
    for (const run of this.waiting) await run();
    if (this.state === 'connecting') this.state = 'connected';
  }

  private connectLater(attempt: number): void {
    const pauseMs = PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)];
    this.timer = setTimeout(() => void this.follow(this.connect(), attempt), pauseMs);
  }

  /** One attempt at a time: the next one is made when this one has failed. */
  private async follow(connecting: Promise<void>, attempt: number): Promise<void> {
    try {
      await connecting;
      if (this.isConnected) this.logger.warn('The database is there: ready.');
    } catch (error) {
      if (this.state === 'closed') return;
      this.tell(error);
      this.connectLater(attempt + 1);
    }
  }

  private get canWait(): boolean {
    return this.usedBy === 'server' && this.settings.database.type !== 'sqlite';
  }

  /** A server may still be starting, be given the right password, or be migrated by hand. */
  private isWorthWaiting(error: unknown): boolean {
    if (!this.canWait) return false;
    const { code = '' } = error as { code?: string };
    return (
      isUnreachable(error) ||
      // Whatever it says while it is asked in: a wrong password has more than one name.
      /^(ER|PROTOCOL|HANDSHAKE|AUTH)_/.test(code) ||
      [QueryFailedError, DatabaseUnavailableError, SchemaOutdatedError].some((kind) => error instanceof kind)
    );
  }

  private tell(error: unknown): void {
    const { code, message } = error as Error & { code?: string };
    // A driver's message names hosts and users; our own are sentences.
    const trouble = code ?? message;
    if (trouble === this.lastTold.trouble && performance.now() - this.lastTold.at < REPEATED_AFTER_MS) return;
    this.lastTold = { trouble, at: performance.now() };
    this.logger.error(`The database cannot be used (${trouble}). Trying again until it can.`);
  }
}

/** @returns false when the time is over first @throws what the work throws in time */
async function isDoneWithin(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  return Promise.race([work.then(() => true), timeout]).finally(() => clearTimeout(timer));
}

/** A person reads it, who can mend more with the name of the host or user. */
function inWordsOfTheDriver(error: unknown): unknown {
  return error instanceof DatabaseUnavailableError && error.cause instanceof Error ? error.cause : error;
}
